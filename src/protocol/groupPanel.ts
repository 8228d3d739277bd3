/** Messages between the host and the panel of several runs: the host draws the page, the panel says what was pressed. */
import { z } from "zod";

/** Host to panel: the page's content, drawn and escaped by the host. */
export interface GroupHostMessage {
  readonly message: "show";
  readonly html: string;
}

/** Panel to host. */
export const groupPanelMessageSchema = z.discriminatedUnion("message", [
  z.object({ message: z.literal("ready") }),
  z.object({ message: z.literal("action"), action: z.enum(["stop", "continue", "file", "folder"]) }),
  z.object({ message: z.literal("open"), member: z.string() }),
]);
export type GroupPanelMessage = z.infer<typeof groupPanelMessageSchema>;
