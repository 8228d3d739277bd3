import { z } from "zod";
import { defineSchedule, warmupArguments } from "./defineSchedule.js";

/** lr factor^floor(epoch / every_epochs) */
export const step = defineSchedule({
  kind: "step",
  summary: "Multiplies the rate by a factor every so many epochs.",
  main: "every_epochs",
  source: "PyTorch's StepLR",
  arguments: z.strictObject({
    every_epochs: z.int().min(1).default(10).describe("Epochs between two drops."),
    factor: z.number().gt(0).default(0.1).describe("What the rate is multiplied by."),
    ...warmupArguments,
  }),
  rate: (args, base, point) => base * args.factor ** Math.floor(Math.floor(point.step / point.stepsPerEpoch) / args.every_epochs),
});
