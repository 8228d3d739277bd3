/** What is told of an experiment that trains variants of a training file beside each other ("Try this fix", telling causes apart). */
import { z } from "zod";
import { integersSchema, jsonNumbersSchema } from "./arrays.js";
import { jsonNumberSchema } from "./runEvents.js";

/** By what variants are compared: `validation/loss`, `validation/accuracy`, `validation/r2`; `train/...` where nothing is held out. */
export const measureSchema = z.object({ tag: z.string(), higherIsBetter: z.boolean() });
export type Measure = z.infer<typeof measureSchema>;

export const experimentEventSchema = z.discriminatedUnion("event", [
  /** First; the file as it is comes first among the sides. */
  z.object({
    event: z.literal("begun"),
    sides: z.array(z.object({ name: z.string(), stepsPerEpoch: z.number(), totalSteps: z.int() })),
    measure: measureSchema,
    seeds: z.int(),
  }),
  /** New points of a curve of the first seed: `train/loss` by step, the measure now and then. */
  z.object({ event: z.literal("points"), side: z.int(), tag: z.string(), steps: integersSchema, values: jsonNumbersSchema }),
  /** A side has been trained from a seed (counted from 0): its measure at the end, NaN where it broke. */
  z.object({ event: z.literal("measured"), side: z.int(), seed: z.int(), value: jsonNumberSchema }),
]);
export type ExperimentEvent = z.infer<typeof experimentEventSchema>;

/** `alike`: equal in every seed; `undecided`: not more different than chance makes them; `incomparable`: their figures mean different things. */
export const answerSchema = z.enum(["better", "worse", "undecided", "alike", "incomparable"]);
export type Answer = z.infer<typeof answerSchema>;

/** How one side compares with the file as it is. */
export const comparisonSchema = z.object({
  name: z.string(),
  answer: answerSchema,
  /** Probability of such a difference by chance; null where nothing is compared. */
  p: z.number().nullable(),
  /** Welch's t-test, or the ranks' where runs broke. */
  test: z.enum(["welch", "ranks"]).nullable(),
  /** What was seen, with figures, in a sentence. */
  message: z.string(),
});
export type Comparison = z.infer<typeof comparisonSchema>;

export const outcomeSchema = z.object({
  measure: measureSchema,
  /** Of one run of each side. */
  steps: z.array(z.int()),
  /** Whether each side was trained to its file's end. */
  whole: z.boolean(),
  /** The measure at the end by side and seed; NaN where a run broke. */
  values: z.array(z.array(jsonNumberSchema)),
  /** One for each side but the first. */
  comparisons: z.array(comparisonSchema),
});
export type Outcome = z.infer<typeof outcomeSchema>;
