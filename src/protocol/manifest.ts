import { z } from "zod";
import { bestSchema, jsonNumberSchema } from "./runEvents.js";
import { rangeSchema } from "./finding.js";

/** The states a run is in, in the panel's words. A run whose process vanished without a word is failed, with the code `process-died`. */
export const runStateSchema = z.enum([
  "preparing", "running", "paused", "stopping", "finished", "finished early", "stopped", "failed",
]);
export type RunState = z.infer<typeof runStateSchema>;

/** `run.json`: what a run is and how it stands. Written whole, atomically, before the first step and at each change of state. */
export const manifestSchema = z.object({
  version: z.literal(1),
  /** The folder's name, unique within the runs folder. */
  id: z.string(),
  name: z.string(),
  /** Absolute path of the training file, so that relative paths in the stored copy resolve. */
  file: z.string(),
  /** The stored copy's name within the run folder. */
  storedFile: z.string(),
  /** The search, repeat or ensemble that the run is a part of: its folder, relative to the run's. Lists show the whole in place of its parts. */
  partOf: z.string().optional(),
  /** Values set on the command line, path to value. */
  overrides: z.record(z.string(), z.json()),
  created: z.iso.datetime(),
  updated: z.iso.datetime(),
  state: runStateSchema,
  pid: z.int().nullable(),
  /** Name of the machine it runs on: whether it lives can be told there only. */
  host: z.string().optional(),
  /** Path of the local socket (or named pipe) on which a live run listens. */
  socket: z.string().nullable(),
  device: z.string(),
  threads: z.int().nullable(),
  /** Examples a batch; absent in runs of an earlier product, null where it is not known. */
  batchSize: z.int().nullable().optional(),
  seed: z.int(),
  task: z.string().nullable(),
  classes: z.array(z.string()).nullable(),
  parameters: z.int().nullable(),
  operations: z.number().nullable(),
  stepsPerEpoch: z.int().nullable(),
  totalSteps: z.int().nullable(),
  epochs: z.number(),
  /** Steps done. */
  step: z.int(),
  /** Seconds of training, over all resumes. */
  seconds: z.number(),
  metrics: z.record(z.string(), jsonNumberSchema),
  best: bestSchema.nullable(),
  /** The step whose weights early stopping restored at the end; absent or null: the last ones are kept. */
  restoredStep: z.int().nullable().optional(),
  /** Layers in order, for the panel's Layers tab and the choice of the projection's layer. */
  layers: z.array(z.object({ name: z.string(), kind: z.string(), path: z.string(), outputShape: z.array(z.int()), parameters: z.int() })),
  /** Why it failed: a code and a sentence for the user. */
  error: z.object({ code: z.string(), message: z.string(), path: z.string().optional(), range: rangeSchema.optional(), file: z.string().optional() }).nullable(),
  /** The last complete checkpoint; `path` is relative to the run's folder. */
  checkpoint: z.object({ step: z.int(), path: z.string() }).nullable(),
  /** Who wrote it, where that was not Descent: a log that is looked at, which cannot be trained, continued or evaluated from here. */
  origin: z.enum(["tensorboard", "csv", "trainer_state"]).optional(),
});
export type Manifest = z.infer<typeof manifestSchema>;
