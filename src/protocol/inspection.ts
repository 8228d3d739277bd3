/** What a run's layers look like: filters, and what they make of one example. Asked of a process that holds the run, one request after the other. */
import { z } from "zod";
import { integersSchema } from "./arrays.js";
import { exampleSchema, splitSchema } from "./evaluation.js";

const page = { offset: z.int().min(0), limit: z.int().min(1).max(256) };

export const inspectionRequestSchema = z.discriminatedUnion("ask", [
  /** Which layers have pictures, and of which steps weights are known. */
  z.object({ ask: z.literal("outline") }),
  /** A layer's filters after so many steps; `offset` and `limit` count filters. */
  z.object({ ask: z.literal("filters"), layer: z.string(), step: z.int().min(0), ...page }),
  /** What a layer makes of an example (its position in the data set) with the weights after so many steps; `offset` and `limit` count channels. */
  z.object({ ask: z.literal("activations"), layer: z.string(), step: z.int().min(0), example: z.int().min(0), ...page }),
  /** Examples of a split to choose from, with what the newest weights say of them. `mistakes`: only those. */
  z.object({ ask: z.literal("examples"), split: splitSchema, mistakes: z.boolean(), ...page }),
]);
export type InspectionRequest = z.infer<typeof inspectionRequestSchema>;

/** A layer that can be looked at. */
const inspectedLayerSchema = z.object({
  name: z.string(),
  kind: z.string(),
  /** Its outputs as pictures. */
  maps: z.object({ count: z.int(), height: z.int(), width: z.int() }).nullable(),
  /** Its filters, each of so many planes; `colour`: three planes that are red, green and blue. */
  filters: z.object({ count: z.int(), planes: z.int(), height: z.int(), width: z.int(), colour: z.boolean() }).nullable(),
});
export type InspectedLayer = z.infer<typeof inspectedLayerSchema>;

/** Float32 numbers of a machine whose little end comes first, base64: exact, NaN and the infinities too. */
const floats = z.string();

/** Pictures of numbers: `count` of them from `offset` on, `planes` planes each, row by row. */
const picturesSchema = z.object({
  layer: z.string(), step: z.int(), offset: z.int(), count: z.int(), planes: z.int(), height: z.int(), width: z.int(),
  values: floats,
  /** Smallest and largest finite value of the whole layer, so that pages share a scale. */
  min: z.number(), max: z.number(),
});
export type LayerPictures = z.infer<typeof picturesSchema>;

export const inspectionSchema = z.discriminatedUnion("of", [
  z.object({ of: z.literal("outline"), layers: z.array(inspectedLayerSchema), steps: integersSchema, splits: z.array(z.object({ split: splitSchema, count: z.int() })) }),
  z.object({ of: z.literal("filters"), ...picturesSchema.shape }),
  z.object({ of: z.literal("activations"), example: z.int(), ...picturesSchema.shape }),
  z.object({ of: z.literal("examples"), examples: z.array(exampleSchema), total: z.int() }),
]);
export type Inspection = z.infer<typeof inspectionSchema>;

export const inspectionResultSchema = z.union([
  z.object({ ok: z.literal(true), value: inspectionSchema }),
  z.object({ ok: z.literal(false), error: z.object({ code: z.string(), message: z.string() }) }),
]);
export type InspectionResult = z.infer<typeof inspectionResultSchema>;
