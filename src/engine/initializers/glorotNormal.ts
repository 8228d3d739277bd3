import { z } from "zod";
import { defineInitializer, fillNormal } from "./defineInitializer.js";

/** Normal with variance 2 / (fan in + fan out): for linear, sigmoid and tanh layers. */
export const glorotNormal = defineInitializer({
  kind: "glorot_normal",
  summary: "Normal with variance 2 / (fan in + fan out): for linear, sigmoid and tanh layers.",
  source: "Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010",
  arguments: z.strictObject({}),
  fill: (_, tensor, random) => fillNormal(tensor, random, Math.sqrt(2 / (tensor.fanIn + tensor.fanOut))),
});
