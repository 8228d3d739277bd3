/** How a layer's values lie, at one step. */
import { z } from "zod";
import { integersSchema } from "./arrays.js";

/** What of a layer: its learned values, the loss's gradients in them, or its outputs. */
export const histogramOfSchema = z.enum(["weights", "gradients", "activations"]);
export type HistogramOf = z.infer<typeof histogramOfSchema>;

/** Counts of finite values in equal buckets from `min` to `max`; none where no value is finite. */
export const layerHistogramSchema = z.object({ layer: z.string(), of: histogramOfSchema, step: z.int(), min: z.number(), max: z.number(), counts: integersSchema });
export type LayerHistogram = z.infer<typeof layerHistogramSchema>;
