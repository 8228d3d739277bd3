import { z } from "zod";
import { defineInitializer, fillUniform } from "./defineInitializer.js";

/** Uniform with variance 2 / fan in: keeps the variance through ReLU layers. */
export const heUniform = defineInitializer({
  kind: "he_uniform",
  summary: "Uniform with variance 2 / fan in: keeps the variance through ReLU layers.",
  source: "He et al., Delving Deep into Rectifiers, 2015",
  arguments: z.strictObject({}),
  fill: (_, tensor, random) => fillUniform(tensor, random, Math.sqrt(6 / tensor.fanIn)),
});
