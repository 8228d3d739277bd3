import { z } from "zod";
import { watchedMetrics } from "../metrics/watched.js";
import { defineSchedule, warmupArguments } from "./defineSchedule.js";

/** lr factor^(number of plateaus so far); a plateau is more than `patience` evaluations without an improvement on the best by min_delta */
export const reduceOnPlateau = defineSchedule({
  kind: "reduce_on_plateau",
  summary: "Multiplies the rate by a factor when a metric no longer improves from evaluation to evaluation.",
  main: "factor",
  source: "PyTorch's ReduceLROnPlateau with an absolute threshold",
  arguments: z.strictObject({
    metric: z.enum(watchedMetrics).default("validation/loss").describe("What must improve: validation/loss, train/loss, or such as validation/accuracy."),
    factor: z.number().gt(0).lt(1).default(0.1).describe("What the rate is multiplied by."),
    patience: z.int().min(0).default(10).describe("Evaluations without an improvement that are borne; the next one lowers the rate."),
    min_delta: z.number().min(0).default(1e-4).describe("What counts as an improvement on the best."),
    ...warmupArguments,
  }),
  plateau: (args) => ({ metric: args.metric, factor: args.factor, patience: args.patience, minDelta: args.min_delta }),
  rate: (_, base) => base,
});
