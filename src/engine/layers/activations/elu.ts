import { z } from "zod";
import { float } from "../../graph/builder.js";
import { defineActivation } from "./defineActivation.js";

/** y = x for x > 0, alpha (exp(x) - 1) otherwise */
export const elu = defineActivation({
  kind: "elu",
  summary: "x where positive, alpha (exp(x) - 1) elsewhere.",
  main: "alpha",
  source: "Clevert et al., Fast and Accurate Deep Network Learning by Exponential Linear Units, 2015",
  arguments: z.strictObject({ alpha: z.number().min(0).default(1).describe("Minus the limit for very negative x.") }),
  initFamily: "relu",
  apply: (x, { alpha }) => x.builder.op("Elu", [x], { alpha: float(alpha) }),
});
