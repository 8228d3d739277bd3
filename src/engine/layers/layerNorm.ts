import { z } from "zod";
import { exampleShape } from "./channels.js";
import { defineLayer } from "./defineLayer.js";
import { exampleNormArguments, normalisedByGroups, normalisedFeatures, normShapes } from "./exampleNorms.js";

/** gamma (x - mean) / sqrt(variance + epsilon) + beta: over the features of each row or step, over all of an image */
export const layerNorm = defineLayer({
  kind: "layer_norm",
  summary: "Normalises each example (each step of a sequence) by its own mean and variance.",
  source: "Ba, Kiros, Hinton, Layer Normalization, 2016; PyTorch's LayerNorm, and GroupNorm with one group for images",
  arguments: z.strictObject(exampleNormArguments),
  shapes: (args, { shape }) => normShapes(shape, args.affine),
  build(args, x, { parameter }) {
    if (exampleShape(x).length >= 3) return normalisedByGroups(x, 1, args, parameter);
    return args.affine ? normalisedFeatures(x, args.epsilon, parameter("gamma"), parameter("beta")) : normalisedFeatures(x, args.epsilon, null, null);
  },
});
