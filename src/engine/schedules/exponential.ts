import { z } from "zod";
import { defineSchedule, warmupArguments } from "./defineSchedule.js";

/** lr factor^epoch */
export const exponential = defineSchedule({
  kind: "exponential",
  summary: "Multiplies the rate by a factor after every epoch.",
  main: "factor",
  source: "PyTorch's ExponentialLR",
  arguments: z.strictObject({
    factor: z.number().gt(0).default(0.95).describe("What the rate is multiplied by after each epoch."),
    ...warmupArguments,
  }),
  rate: (args, base, point) => base * args.factor ** Math.floor(point.step / point.stepsPerEpoch),
});
