import { z } from "zod";
import { defineInitializer, fillNormal } from "./defineInitializer.js";

/** Normal with variance 1 / fan in: what SELU needs. */
export const lecunNormal = defineInitializer({
  kind: "lecun_normal",
  summary: "Normal with variance 1 / fan in: what SELU needs.",
  source: "LeCun et al., Efficient BackProp, 1998",
  arguments: z.strictObject({}),
  fill: (_, tensor, random) => fillNormal(tensor, random, Math.sqrt(1 / tensor.fanIn)),
});
