import { z } from "zod";
import { defineActivation } from "./defineActivation.js";

/** y = x (1 + erf(x / sqrt 2)) / 2 */
export const gelu = defineActivation({
  kind: "gelu",
  summary: "x times the normal distribution function at x.",
  source: "Hendrycks and Gimpel, Gaussian Error Linear Units, 2016",
  arguments: z.strictObject({}),
  initFamily: "relu",
  apply: (x) => x.builder.op("Gelu", [x]),
});
