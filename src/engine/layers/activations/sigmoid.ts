import { z } from "zod";
import { defineActivation } from "./defineActivation.js";

/** y = 1 / (1 + exp(-x)) */
export const sigmoid = defineActivation({
  kind: "sigmoid",
  summary: "1 / (1 + exp(-x)).",
  arguments: z.strictObject({}),
  saturatesAt: "zero_and_one",
  apply: (x) => x.builder.op("Sigmoid", [x]),
});
