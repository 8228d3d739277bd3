import { z } from "zod";
import { defineSchedule, warmupArguments } from "./defineSchedule.js";

/** lr / (1 + decay step), steps counted from 0 */
export const inverseTime = defineSchedule({
  kind: "inverse_time",
  summary: "The rate divided by 1 + decay x step.",
  main: "decay",
  source: "Robbins and Monro, A Stochastic Approximation Method, 1951, in the form of Bottou, Stochastic Gradient Descent Tricks, 2012",
  arguments: z.strictObject({
    decay: z.number().min(0).default(1e-3).describe("How fast it falls: at step 1 / decay the rate is halved."),
    ...warmupArguments,
  }),
  rate: (args, base, point) => base / (1 + args.decay * point.step),
});
