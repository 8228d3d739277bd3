import { z } from "zod";
import { DescentError } from "../../common/errors.js";
import { exampleShape } from "./channels.js";
import { defineLayer } from "./defineLayer.js";
import { channelsOf, exampleNormArguments, normalisedByGroups, normShapes } from "./exampleNorms.js";

/** gamma (x - mean) / sqrt(variance + epsilon) + beta over the positions of each channel of each example */
export const instanceNorm = defineLayer({
  kind: "instance_norm",
  summary: "Normalises each channel of each example by its own mean and variance.",
  source: "Ulyanov, Vedaldi, Lempitsky, Instance Normalization, 2016; PyTorch's InstanceNorm",
  arguments: z.strictObject(exampleNormArguments),
  shapes(args, { shape }) {
    if (shape.length < 2) throw new DescentError("shape-mismatch", `instance_norm takes the mean over positions, and rows of shape [${shape.join(", ")}] have none. Use layer_norm.`);
    return normShapes(shape, args.affine);
  },
  build: (args, x, { parameter }) => normalisedByGroups(x, channelsOf(exampleShape(x)), args, parameter),
});
