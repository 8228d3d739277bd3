/** The loss around a run's weights, along two directions of the space of its weights. */
import { z } from "zod";
import { integersSchema, jsonNumbersSchema, numbersSchema } from "./arrays.js";
import { jsonNumberSchema } from "./runEvents.js";

/** `random`: two filter-normalised random directions; `path`: the two along which the weights moved most. */
export const surfaceDirectionsSchema = z.enum(["random", "path"]);
export type SurfaceDirections = z.infer<typeof surfaceDirectionsSchema>;

/** What is asked for. */
export const surfaceWishSchema = z.object({
  directions: surfaceDirectionsSchema,
  /** Of the random directions. */
  seed: z.int().min(0).max(1_000_000),
  /** Of random directions, how far the grid goes each way: at 1 a change is as large as the weights. Of a path, how many quarters of its extent beyond it. */
  reach: z.number().positive().max(100),
  /** Points along an axis of the finest grid. */
  points: z.union([z.literal(17), z.literal(33), z.literal(65)]),
  split: z.enum(["train", "validation"]),
});
export type SurfaceWish = z.infer<typeof surfaceWishSchema>;

const pathSchema = z.object({
  /** Steps whose weights are known, rising; the place of each in the plane. */
  steps: integersSchema,
  x: numbersSchema,
  y: numbersSchema,
  /** The loss of those weights themselves, which may lie beside the plane. */
  losses: jsonNumbersSchema,
  /** Shares of the path's variance along the two directions. */
  variance: z.tuple([z.number(), z.number()]),
});
export type SurfacePath = z.infer<typeof pathSchema>;

/** A grid of losses; while it is computed, grids become finer. */
export const surfaceSchema = surfaceWishSchema.extend({
  /** The step of the weights at (0, 0). */
  step: z.int(),
  /** On how many examples of the split each loss was measured. */
  examples: z.int(),
  /** Places along the two directions, rising, as many of each. */
  x: numbersSchema,
  y: numbersSchema,
  /** Mean losses without penalties; entry row * x.length + column is at y[row], x[column]. */
  losses: jsonNumbersSchema,
  /** The loss at (0, 0). */
  centre: jsonNumberSchema,
  path: pathSchema.nullable(),
}).refine(({ x, y, losses }) => losses.length === x.length * y.length, "as many losses as places");
export type LossSurface = z.infer<typeof surfaceSchema>;
