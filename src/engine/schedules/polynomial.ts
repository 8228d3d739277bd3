import { z } from "zod";
import { defineSchedule, warmupArguments, wayAfterWarmup } from "./defineSchedule.js";

/** end + (lr - end) (1 - way)^power; way runs from 0 after warm-up to 1 at the last step */
export const polynomial = defineSchedule({
  kind: "polynomial",
  summary: "From lr to end along a power of the steps left; power 1 is a line.",
  main: "power",
  source: "PyTorch's PolynomialLR, reached at the run's last step",
  arguments: z.strictObject({
    power: z.number().gt(0).default(1).describe("Exponent of the share of steps left."),
    end: z.number().min(0).default(0).describe("The rate at the run's last step."),
    ...warmupArguments,
  }),
  rate: (args, base, point) => args.end + (base - args.end) * (1 - wayAfterWarmup(args.warmup_steps, point)) ** args.power,
});
