import { z } from "zod";
import { defineLayer } from "./defineLayer.js";
import { checkGroups, exampleNormArguments, normalisedByGroups, normShapes } from "./exampleNorms.js";

/** gamma (x - mean) / sqrt(variance + epsilon) + beta over the positions and channels of each group */
export const groupNorm = defineLayer({
  kind: "group_norm",
  summary: "Normalises groups of channels of each example by their mean and variance.",
  main: "groups",
  source: "Wu and He, Group Normalization, 2018; PyTorch's GroupNorm",
  arguments: z.strictObject({ groups: z.int().min(1).describe("Number of groups; it divides the number of channels."), ...exampleNormArguments }),
  shapes(args, { shape }) {
    checkGroups(shape, args.groups);
    return normShapes(shape, args.affine);
  },
  build: (args, x, { parameter }) => normalisedByGroups(x, args.groups, args, parameter),
});
