import { z } from "zod";
import { categorySchema, findingSchema } from "./finding.js";

/** A number in JSON; NaN and the infinities are strings. */
export const jsonNumberSchema = z.union([z.number(), z.enum(["NaN", "Infinity", "-Infinity"])]);

/** Ways a run can end. */
export const endStatusSchema = z.enum(["completed", "early_stopped", "stopped", "failed"]);
export type EndStatus = z.infer<typeof endStatusSchema>;

export const startEventSchema = z.object({
  event: z.literal("start"),
  /** The run's folder, absolute. */
  run: z.string(),
  device: z.string(),
  threads: z.int(),
  /** Examples a batch that `batch_size: auto` found; absent where the file says how many. */
  batch_size: z.int().optional(),
  /** Number of trainable values. */
  parameters: z.int(),
  /** Multiply-adds of one example's forward pass. */
  operations: z.number(),
  steps_per_epoch: z.int(),
  epochs: z.number(),
});

/** One reported step's values, by tag with its sub-folder: `train/loss`, `validation/accuracy`. Steps count from 1. */
export const scalarsEventSchema = z.object({
  event: z.literal("scalars"),
  step: z.int(),
  epoch: z.number(),
  values: z.record(z.string(), jsonNumberSchema),
});

export const findingEventSchema = z.object({ event: z.literal("finding"), ...findingSchema.shape });
export const checkpointEventSchema = z.object({ event: z.literal("checkpoint"), step: z.int(), path: z.string() });

export const bestSchema = z.object({ step: z.int(), metric: z.string(), value: jsonNumberSchema });
/** What was copied between memory and a GPU at the borders of chunks. */
export const deviceCopiesSchema = z.object({ chunks: z.int(), bytes_in: z.number(), bytes_out: z.number() });
export type DeviceCopies = z.infer<typeof deviceCopiesSchema>;

export const endEventSchema = z.object({
  event: z.literal("end"),
  status: endStatusSchema,
  steps: z.int(),
  seconds: z.number(),
  steps_per_second: z.number(),
  metrics: z.record(z.string(), jsonNumberSchema),
  best: bestSchema.nullable(),
  /** Absent on the processor. */
  copies: deviceCopiesSchema.optional(),
});

/** A line of `train --json`, exactly. */
export const runEventSchema = z.discriminatedUnion("event", [
  startEventSchema, scalarsEventSchema, findingEventSchema, checkpointEventSchema, endEventSchema,
]);
export type StartEvent = z.infer<typeof startEventSchema>;
export type ScalarsEvent = z.infer<typeof scalarsEventSchema>;
export type EndEvent = z.infer<typeof endEventSchema>;

export const checkEventSchema = z.object({
  event: z.literal("check"),
  id: z.string(),
  status: z.enum(["passed", "failed", "skipped"]),
  message: z.string(),
  figures: z.record(z.string(), z.json()),
});
export type CheckEvent = z.infer<typeof checkEventSchema>;

/** The last object of `check` and `diagnose`, one a run (for a check: its training file); the most likely cause first. */
export const verdictSchema = z.object({
  event: z.literal("verdict"),
  run: z.string(),
  healthy: z.boolean(),
  causes: z.array(z.object({ category: categorySchema, path: z.string(), confidence: z.number() })),
  /** What a short experiment saw that told causes apart; absent where none was made. */
  experiment: z.string().optional(),
});
export type Verdict = z.infer<typeof verdictSchema>;
