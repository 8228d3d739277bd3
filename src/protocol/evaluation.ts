import { z } from "zod";
import { integersSchema, numbersSchema } from "./arrays.js";
import { jsonNumberSchema } from "./runEvents.js";

/** A part of the data. */
export const splitSchema = z.enum(["validation", "test", "train"]);
export type Split = z.infer<typeof splitSchema>;

/**
 * Confusion matrix of an evaluation after so many steps. `cells` holds, one behind the other, the place actual * classes.length + predicted
 * of each count that is not 0, and the count: of a thousand classes nearly all are 0.
 */
export const confusionMatrixSchema = z.object({
  split: splitSchema,
  step: z.int(),
  classes: z.array(z.string()),
  cells: integersSchema,
});
export type ConfusionMatrix = z.infer<typeof confusionMatrixSchema>;

const calibrationSchema = z.object({
  /** Bins with examples: bounds, examples, mean predicted probability, share that came true. */
  bins: z.array(z.object({ from: z.number(), to: z.number(), count: z.int(), predicted: z.number(), observed: z.number() })),
  /** Expected calibration error. */
  error: jsonNumberSchema,
});
export type Calibration = z.infer<typeof calibrationSchema>;

/** What a split's predictions say beyond the matrix: of one class against all others, or of one column of numbers. */
export const figuresSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("class"),
    split: splitSchema,
    step: z.int(),
    classes: z.array(z.string()),
    /** The class, or label, that counts as positive. */
    of: z.int(),
    /** The probability above which the run itself decides for it; null: the largest decides. */
    decidesAt: z.number().nullable(),
    positives: z.int(),
    negatives: z.int(),
    /** Falling; entry i of the counts is of the examples whose probability is at least thresholds[i]. At most about 2,000, thinned evenly. */
    thresholds: numbersSchema,
    truePositives: integersSchema,
    falsePositives: integersSchema,
    rocAuc: jsonNumberSchema,
    averagePrecision: jsonNumberSchema,
    calibration: calibrationSchema,
    /** Of the predicted class, whichever it is. */
    confidence: calibrationSchema,
  }),
  z.object({
    kind: z.literal("numbers"),
    split: splitSchema,
    step: z.int(),
    columns: z.array(z.string()),
    of: z.int(),
    /** In the targets' own unit, one entry an example; at most about 5,000, evenly chosen. */
    actual: numbersSchema,
    predicted: numbersSchema,
    examples: integersSchema,
    /** Over all examples. */
    count: z.int(),
    mae: jsonNumberSchema,
    rmse: jsonNumberSchema,
    r2: jsonNumberSchema,
    /** Mean of predicted minus actual. */
    bias: jsonNumberSchema,
  }),
]);
export type Figures = z.infer<typeof figuresSchema>;
export type ClassFigures = Extract<Figures, { kind: "class" }>;
export type NumberFigures = Extract<Figures, { kind: "numbers" }>;

const failureSchema = z.object({ ok: z.literal(false), error: z.object({ code: z.string(), message: z.string() }) });
/** Figures, or why there are none. */
export const figuresResultSchema = z.union([z.object({ ok: z.literal(true), figures: figuresSchema }), failureSchema]);
export type FiguresResult = z.infer<typeof figuresResultSchema>;

/** 2-D coordinates of examples. `x`, `y`, `labels`, `examples` have one entry a point; labels index `classes`. */
export const projectionSchema = z.object({
  step: z.int(),
  method: z.enum(["tsne", "pca", "umap"]),
  of: z.string(),
  x: numbersSchema,
  y: numbersSchema,
  labels: integersSchema,
  predicted: integersSchema,
  examples: integersSchema,
  classes: z.array(z.string()),
  /** What an example costs: -log of the probability of its class (of numbers: the mean squared difference, scaled). */
  loss: numbersSchema.optional(),
  /** Of numbers: the first target column in its own unit. */
  targets: numbersSchema.optional(),
});
export const projectionMethodSchema = z.enum(["tsne", "pca", "umap"]);
export type ProjectionMethod = z.infer<typeof projectionMethodSchema>;
export type Projection = z.infer<typeof projectionSchema>;

const contentSchema = z.discriminatedUnion("kind", [
  /** Pixels, row by row, `channels` bytes each (1 grey, 3 RGB), base64. */
  z.object({ kind: z.literal("image"), width: z.int(), height: z.int(), channels: z.union([z.literal(1), z.literal(3)]), pixels: z.string() }),
  z.object({ kind: z.literal("text"), text: z.string() }),
  z.object({ kind: z.literal("row"), columns: z.array(z.string()), values: z.array(z.string()) }),
]);

/** One example as a panel shows it. */
export const exampleSchema = z.object({
  /** Position in the data set, from 0. */
  index: z.int(),
  actual: z.string(),
  predicted: z.string(),
  /** Probability of the predicted class, where the model gives one. */
  confidence: z.number().nullable(),
  content: contentSchema,
  /** What an autoencoder makes of the content. */
  reconstruction: contentSchema.optional(),
});
export type Example = z.infer<typeof exampleSchema>;
