/** What an ensemble is worth, on one split: `ensemble.json` in its folder, and the answer of `evaluate`. */
import { z } from "zod";
import { splitSchema } from "./evaluation.js";
import { jsonNumberSchema as number } from "./runEvents.js";

const comparisonSchema = z.object({
  /** How much better the ensemble is; positive is better, of a loss and an error too. */
  difference: number,
  /** 95 %, by the paired test over the examples. */
  interval: z.tuple([number, number]).nullable(),
  t: number,
  freedom: number,
  p: number,
});

export const ensembleEvaluationSchema = z.object({
  run: z.string(),
  split: splitSchema,
  examples: z.int(),
  metrics: z.record(z.string(), number),
  members: z.array(z.object({ member: z.int(), label: z.string(), step: z.int(), metrics: z.record(z.string(), number) })),
  /** Index within `members` of the one with the best validation figure. */
  best: z.int(),
  /** By metric that is a mean over examples. */
  gain: z.record(z.string(), z.object({ over_mean: comparisonSchema, over_best: comparisonSchema })),
  /** Share of examples on which not all members agree; of numbers the mean deviation between members. */
  disagreement: number,
  disputed: z.array(z.object({ index: z.int(), actual: z.string(), predicted: z.string(), confidence: number, votes: z.array(z.string()), disagreement: number })),
  confusion: z.object({ classes: z.array(z.string()), counts: z.array(z.int()) }).nullable(),
});
export type EnsembleEvaluationResult = z.infer<typeof ensembleEvaluationSchema>;

export const ensembleFileSchema = z.object({ splits: z.array(ensembleEvaluationSchema) });
