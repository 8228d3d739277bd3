import { z } from "zod";
import { defineActivation } from "./defineActivation.js";
import { scaledElu } from "./elu.js";

/** The two constants for which mean 0 and variance 1 are a fixed point. */
const alpha = 1.6732632423543772;
const scale = 1.0507009873554805;

/** y = scale x for x > 0, scale alpha (exp(x) - 1) otherwise */
export const selu = defineActivation({
  kind: "selu",
  summary: "The ELU that keeps mean 0 and variance 1 from layer to layer, with lecun_normal weights.",
  source: "Klambauer et al., Self-Normalizing Neural Networks, 2017",
  arguments: z.strictObject({}),
  initFamily: "selu",
  apply: (x) => scaledElu(x, alpha, scale),
});
