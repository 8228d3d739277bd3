import { z } from "zod";
import { defineActivation } from "./defineActivation.js";

/** y = x sigmoid(x) */
export const silu = defineActivation({
  kind: "silu",
  summary: "x sigmoid(x), also called swish.",
  source: "Elfwing et al., Sigmoid-Weighted Linear Units, 2017",
  arguments: z.strictObject({}),
  initFamily: "relu",
  apply: (x) => x.builder.op("Mul", [x, x.builder.op("Sigmoid", [x])]),
});
