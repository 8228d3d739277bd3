import { z } from "zod";
import { defineInitializer, fillUniform } from "./defineInitializer.js";

/** Uniform with variance 2 / (fan in + fan out): for linear, sigmoid and tanh layers. */
export const glorotUniform = defineInitializer({
  kind: "glorot_uniform",
  summary: "Uniform with variance 2 / (fan in + fan out): for linear, sigmoid and tanh layers.",
  source: "Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010",
  arguments: z.strictObject({}),
  fill: (_, tensor, random) => fillUniform(tensor, random, Math.sqrt(6 / (tensor.fanIn + tensor.fanOut))),
});
