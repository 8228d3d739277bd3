import { z } from "zod";
import { integersSchema, numbersSchema } from "./arrays.js";

/** A part of the data. */
export const splitSchema = z.enum(["validation", "test", "train"]);
export type Split = z.infer<typeof splitSchema>;

/** Confusion matrix: `counts[actual * classes.length + predicted]`. */
export const confusionMatrixSchema = z.object({
  split: splitSchema,
  step: z.int(),
  classes: z.array(z.string()),
  counts: integersSchema,
});
export type ConfusionMatrix = z.infer<typeof confusionMatrixSchema>;

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
});
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
