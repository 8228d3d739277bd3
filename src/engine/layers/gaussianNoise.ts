import { z } from "zod";
import { defineLayer } from "./defineLayer.js";

/** In training: x + std e, e from N(0, 1) drawn anew each step; at inference the identity */
export const gaussianNoise = defineLayer({
  kind: "gaussian_noise",
  summary: "Adds Gaussian noise during training.",
  main: "std",
  source: "Bishop, Training with Noise is Equivalent to Tikhonov Regularization, 1995",
  arguments: z.strictObject({ std: z.number().min(0).default(0.1).describe("Standard deviation of the noise.") }),
  shapes: (_, { shape }) => ({ input: shape, output: shape, parameters: [], operations: 0 }),
  build(args, x, { mode, normalNoise }) {
    if (mode === "inference" || args.std === 0) return x;
    const graph = x.builder;
    return graph.op("Add", [x, graph.op("Mul", [normalNoise(x), graph.scalar(args.std)])]);
  },
});
