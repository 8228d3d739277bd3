import { z } from "zod";
import { adamArguments, adamScalars, adamSlots, adamUpdate } from "./adam.js";
import { defineOptimizer } from "./defineOptimizer.js";

/** w *= 1 - lr weight_decay, then Adam's step */
export const adamw = defineOptimizer({
  kind: "adamw",
  summary: "Adam with weight decay apart from the gradient.",
  main: "lr",
  source: "Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2017; PyTorch's AdamW",
  arguments: z.strictObject({ ...adamArguments, weight_decay: z.number().min(0).default(0.01).describe("Share of each weight taken away, times the rate.") }),
  slots: adamSlots,
  scalars: (args, rate, step) => ({ ...adamScalars(args, rate, step), keep: 1 - rate * args.weight_decay }),
  update(args, context) {
    const kept = context.parameter.builder.op("Mul", [context.parameter, context.scalars.keep]);
    return adamUpdate(args, { ...context, parameter: kept });
  },
});
