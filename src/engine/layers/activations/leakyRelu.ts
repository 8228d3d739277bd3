import { z } from "zod";
import { defineActivation } from "./defineActivation.js";
import { float } from "../../graph/builder.js";

/** y = x for x > 0, alpha x otherwise */
export const leakyRelu = defineActivation({
  kind: "leaky_relu",
  summary: "x where positive, alpha x elsewhere.",
  main: "alpha",
  source: "Maas et al., Rectifier Nonlinearities Improve Neural Network Acoustic Models, 2013",
  arguments: z.strictObject({ alpha: z.number().min(0).max(1).default(0.01).describe("Slope for negative x.") }),
  initFamily: "relu",
  apply: (x, { alpha }) => x.builder.op("LeakyRelu", [x], { alpha: float(alpha) }),
});
