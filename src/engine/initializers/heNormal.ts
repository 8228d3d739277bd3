import { z } from "zod";
import { defineInitializer, fillNormal } from "./defineInitializer.js";

/** Normal with variance 2 / fan in: keeps the variance through ReLU layers. */
export const heNormal = defineInitializer({
  kind: "he_normal",
  summary: "Normal with variance 2 / fan in: keeps the variance through ReLU layers.",
  source: "He et al., Delving Deep into Rectifiers, 2015",
  arguments: z.strictObject({}),
  fill: (_, tensor, random) => fillNormal(tensor, random, Math.sqrt(2 / tensor.fanIn)),
});
