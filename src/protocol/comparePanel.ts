/** Messages between the host and the panel that compares runs: the host draws the page, the panel says what was pressed. */
import { z } from "zod";

/** Host to panel. */
export type CompareHostMessage =
  /** The page's content, drawn and escaped by the host, with the style sheet of reports. */
  | { readonly message: "show"; readonly html: string; readonly style: string }
  /** The folders that are compared: the panel keeps `{ folders }` as its state, by which the host knows it again after a window reload. */
  | { readonly message: "runs"; readonly folders: readonly string[] };

/** Panel to host. */
export const comparePanelMessageSchema = z.discriminatedUnion("message", [
  z.object({ message: z.literal("ready") }),
  z.object({ message: z.literal("action"), action: z.enum(["report", "choose"]) }),
  /** Shows a run in its own panel, by its folder. */
  z.object({ message: z.literal("open"), run: z.string() }),
]);
export type ComparePanelMessage = z.infer<typeof comparePanelMessageSchema>;
