import { z } from "zod";
import { defineSchedule, warmupArguments } from "./defineSchedule.js";

/** max / 25 to max along half a cosine over warmup_fraction of the run, then down to max / 250,000 along another */
export const oneCycle = defineSchedule({
  kind: "one_cycle",
  summary: "Up to max in the first part of the run, then down to almost nothing at its last step.",
  main: "max",
  source: "Smith and Topin, Super-Convergence, 2017; PyTorch's OneCycleLR with its divisors 25 and 10,000",
  arguments: z.strictObject({
    max: z.number().gt(0).optional().describe("The highest rate. Default: the optimizer's lr."),
    warmup_fraction: z.number().gt(0).lt(1).default(0.3).describe("Part of the run in which the rate rises."),
    ...warmupArguments,
  }),
  rate(args, base, { step, totalSteps }) {
    const max = args.max ?? base;
    const [start, end] = [max / 25, max / 25 / 1e4];
    const top = args.warmup_fraction * totalSteps - 1;
    const between = (from: number, to: number, way: number): number => to + ((from - to) * (1 + Math.cos(Math.PI * Math.min(Math.max(way, 0), 1)))) / 2;
    if (step <= top) return between(start, max, top === 0 ? 1 : step / top);
    return between(max, end, totalSteps - 1 <= top ? 1 : (step - top) / (totalSteps - 1 - top));
  },
});
