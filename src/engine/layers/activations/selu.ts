import { z } from "zod";
import { defineActivation } from "./defineActivation.js";

/** y = scale x for x > 0, scale alpha (exp(x) - 1) otherwise; with these two constants mean 0 and variance 1 are a fixed point */
export const selu = defineActivation({
  kind: "selu",
  summary: "The ELU that keeps mean 0 and variance 1 from layer to layer, with lecun_normal weights.",
  source: "Klambauer et al., Self-Normalizing Neural Networks, 2017",
  arguments: z.strictObject({}),
  initFamily: "selu",
  apply: (x) => x.builder.op("Selu", [x]),
});
