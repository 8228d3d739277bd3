/** Messages between the host and the search panel's webview. */
import { z } from "zod";
import { findingSchema } from "./finding.js";
import { jsonNumberSchema } from "./runEvents.js";
import { queuedTrialSchema, searchManifestSchema, settingsSchema, stopReasonSchema, trialStateSchema } from "./search.js";

/** A trial as the panel shows it; `epochs` and `values` are its evaluations, NaN and infinities among them. */
export const trialRowSchema = z.object({
  trial: z.int(),
  settings: settingsSchema,
  confirms: z.int().nullable(),
  seed: z.int().nullable(),
  state: trialStateSchema,
  stopReason: stopReasonSchema.nullable(),
  promoted: z.boolean(),
  best: z.object({ value: z.union([z.number(), z.nan()]), step: z.int() }).nullable(),
  epochs: z.array(z.number()),
  values: z.array(z.any().refine((value): value is number => typeof value === "number")),
  seconds: z.number(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type TrialRow = z.infer<typeof trialRowSchema>;

const testedSchema = z.object({ trial: z.int(), metrics: z.record(z.string(), jsonNumberSchema) }).nullable();

/** Host to panel. */
export const searchHostMessageSchema = z.discriminatedUnion("message", [
  /** Everything known; the panel forgets what it had. `live`: its process can be asked things. The panel keeps `{ folder }` over a reload. */
  z.object({ message: z.literal("init"), folder: z.string(), manifest: searchManifestSchema, live: z.boolean(), trials: z.array(trialRowSchema), tested: testedSchema, findings: z.array(findingSchema) }),
  /** Trials that are new or have changed. */
  z.object({ message: z.literal("trials"), trials: z.array(trialRowSchema), tested: testedSchema }),
  z.object({ message: z.literal("manifest"), manifest: searchManifestSchema, live: z.boolean() }),
  /** Share done, within [0, 1], of the trials under way, and those that wait in a cluster's queue. */
  z.object({ message: z.literal("progress"), trials: z.array(z.object({ trial: z.int(), share: z.number() })), queued: z.array(queuedTrialSchema) }),
  z.object({ message: z.literal("findings"), findings: z.array(findingSchema) }),
  z.object({ message: z.literal("broken"), error: z.object({ code: z.string(), message: z.string() }) }),
]);
export type SearchHostMessage = z.infer<typeof searchHostMessageSchema>;

/** Panel to host. */
export const searchPanelMessageSchema = z.discriminatedUnion("message", [
  z.object({ message: z.literal("ready") }),
  z.object({ message: z.literal("stop") }),
  z.object({ message: z.literal("resume") }),
  z.object({ message: z.literal("more"), trials: z.int().min(1).max(10_000) }),
  /** The winner on the test split. */
  z.object({ message: z.literal("test") }),
  z.object({ message: z.literal("stop-trial"), trial: z.int() }),
  /** A trial that was stopped or failed goes on, to its end. */
  z.object({ message: z.literal("promote"), trial: z.int() }),
  z.object({ message: z.literal("open-trial"), trial: z.int() }),
  z.object({ message: z.literal("use-settings"), trial: z.int() }),
  z.object({ message: z.literal("open-file") }),
  z.object({ message: z.literal("reveal") }),
  z.object({ message: z.literal("open-finding"), index: z.int() }),
  z.object({ message: z.literal("apply-fix"), index: z.int(), fix: z.int() }),
  z.object({ message: z.literal("open-page"), index: z.int() }),
  z.object({ message: z.literal("error"), text: z.string() }),
]);
export type SearchPanelMessage = z.infer<typeof searchPanelMessageSchema>;
