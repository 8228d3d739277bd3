import { z } from "zod";
import { defineSchedule, warmupArguments } from "./defineSchedule.js";

/** min + (max - min) (1 - |2 way - 1|), way being the part of the period that is done: up in its first half, down in its second */
export const cyclical = defineSchedule({
  kind: "cyclical",
  summary: "Between min and max and back in every period, in straight lines.",
  main: "period_steps",
  source: "Smith, Cyclical Learning Rates for Training Neural Networks, 2015; PyTorch's CyclicLR",
  arguments: z.strictObject({
    min: z.number().min(0).optional().describe("The lowest rate. Default: a tenth of max."),
    max: z.number().gt(0).optional().describe("The highest rate. Default: the optimizer's lr."),
    period_steps: z.int().min(2).default(1000).describe("Steps from one low to the next."),
    ...warmupArguments,
  }),
  rate(args, base, { step }) {
    const max = args.max ?? base;
    const min = args.min ?? max / 10;
    const way = (step % args.period_steps) / args.period_steps;
    return min + (max - min) * (1 - Math.abs(2 * way - 1));
  },
});
