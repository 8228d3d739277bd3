import { z } from "zod";
import { defineLayer } from "./defineLayer.js";

/** In training: 0 with probability rate, x / (1 - rate) elsewhere; at inference the identity */
export const dropout = defineLayer({
  kind: "dropout",
  summary: "Drops each value with a probability during training, so that no unit relies on another.",
  main: "rate",
  source: "Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting, 2014",
  arguments: z.strictObject({ rate: z.number().min(0).lt(1).default(0.5).describe("Probability with which a value is dropped.") }),
  shapes: (_, { shape }) => ({ input: shape, output: shape, parameters: [], operations: 0 }),
  build(args, x, { mode, dropoutMask }) {
    return mode === "inference" || args.rate === 0 ? x : x.builder.op("Mul", [x, dropoutMask(x, args.rate)]);
  },
});
