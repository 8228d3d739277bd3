import { z } from "zod";
import { defineSchedule, warmupArguments, wayAfterWarmup } from "./defineSchedule.js";

/** end + (lr - end) (1 + cos(pi way)) / 2; way runs from 0 after warm-up to 1 at the last step */
export const cosine = defineSchedule({
  kind: "cosine",
  summary: "From lr to end along half a cosine, reached at the run's last step.",
  main: "end",
  source: "Loshchilov and Hutter, SGDR, 2016",
  arguments: z.strictObject({
    end: z.number().min(0).default(0).describe("The rate at the run's last step."),
    ...warmupArguments,
  }),
  rate: (args, base, point) => args.end + ((base - args.end) * (1 + Math.cos(Math.PI * wayAfterWarmup(args.warmup_steps, point)))) / 2,
});
