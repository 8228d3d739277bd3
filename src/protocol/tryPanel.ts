/** Messages between the host and the panel that tries a fix (structured clone). */
import { z } from "zod";
import { experimentEventSchema, outcomeSchema } from "./experiment.js";
import { severitySchema } from "./finding.js";

/** A line of the training file that the fix changes. */
const changedLineSchema = z.object({ kind: z.enum(["same", "removed", "added"]), text: z.string() });
export type ChangedLine = z.infer<typeof changedLineSchema>;

/** Host to panel; the panel takes messages only after it sent `ready`. */
export const tryHostMessageSchema = z.discriminatedUnion("message", [
  /** What is tried; the panel forgets what it had. */
  z.object({
    message: z.literal("init"),
    /** The fix. */
    title: z.string(),
    /** Name of the training file, and the line of the finding in it. */
    file: z.string(),
    line: z.int().nullable(),
    finding: z.object({ title: z.string(), message: z.string(), severity: severitySchema }),
    changes: z.array(changedLineSchema),
    /** Milliseconds between redraws. */
    refresh: z.number(),
  }),
  z.object({ message: z.literal("progress"), text: z.string(), fraction: z.number().nullable() }),
  z.object({ message: z.literal("experiment"), experiment: experimentEventSchema }),
  z.object({ message: z.literal("outcome"), outcome: outcomeSchema }),
  /** It was stopped, or cannot be done. */
  z.object({ message: z.literal("ended"), error: z.object({ code: z.string(), message: z.string() }) }),
  /** The fix is in the file. */
  z.object({ message: z.literal("applied") }),
]);
export type TryHostMessage = z.infer<typeof tryHostMessageSchema>;

/** Panel to host. */
export const tryPanelMessageSchema = z.discriminatedUnion("message", [
  z.object({ message: z.literal("ready") }),
  z.object({ message: z.literal("action"), action: z.enum(["apply", "cancel", "again", "train", "open-file", "open-page"]) }),
  z.object({ message: z.literal("error"), text: z.string() }),
]);
export type TryPanelMessage = z.infer<typeof tryPanelMessageSchema>;
