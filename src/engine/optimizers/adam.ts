import { z } from "zod";
import { defineOptimizer, rateArgument, type Update, type UpdateContext } from "./defineOptimizer.js";

/** What Adam and AdamW share. */
export const adamArguments = {
  lr: rateArgument(1e-3),
  beta1: z.number().min(0).lt(1).default(0.9).describe("Weight of the old mean of gradients."),
  beta2: z.number().min(0).lt(1).default(0.999).describe("Weight of the old mean of squared gradients."),
  epsilon: z.number().gt(0).default(1e-8).describe("Added to the root."),
  amsgrad: z.boolean().default(false).describe("Divides by the largest mean of squares so far."),
  bias_correction: z.boolean().default(true).describe("Corrects the means for their start at zero."),
};
const adamSchema = z.strictObject(adamArguments);
export type AdamArguments = z.output<typeof adamSchema>;

/** m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; w -= lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon) */
export const adam = defineOptimizer({
  kind: "adam",
  summary: "Steps scaled by running means of the gradient and of its square.",
  main: "lr",
  source: "Kingma and Ba, Adam, 2014; Reddi et al., On the Convergence of Adam and Beyond, 2018; PyTorch's Adam",
  arguments: adamSchema,
  slots: adamSlots,
  scalars: adamScalars,
  update: adamUpdate,
});

export function adamSlots(args: AdamArguments): readonly string[] {
  return args.amsgrad ? ["mean", "square", "largest_square"] : ["mean", "square"];
}

/**
 * The means are kept as M = m / (1 - b1) and V = v / (1 - b2), which saves two passes over each tensor a step:
 * w -= size M / (sqrt(V) + epsilon'), with all corrections in the two scalars `size` and `epsilon'`. A rate of 0 is exact.
 */
export function adamScalars(args: AdamArguments, rate: number, step: number): { readonly size: number; readonly epsilon: number } {
  const correction1 = args.bias_correction ? 1 - args.beta1 ** step : 1;
  const correction2 = args.bias_correction ? 1 - args.beta2 ** step : 1;
  const root = Math.sqrt((1 - args.beta2) / correction2); // sqrt(v / correction2) = root sqrt(V)
  return { size: (rate * (1 - args.beta1)) / correction1 / root, epsilon: args.epsilon / root };
}

export function adamUpdate(args: AdamArguments, { parameter, gradient, slots, scalars }: UpdateContext): Update {
  const graph = parameter.builder;
  const mean = graph.op("Add", [graph.op("Mul", [slots.mean, graph.scalar(args.beta1)]), gradient]);
  const square = graph.op("Add", [graph.op("Mul", [slots.square, graph.scalar(args.beta2)]), graph.op("Mul", [gradient, gradient])]);
  const largest = args.amsgrad ? graph.op("Max", [slots.largest_square, square]) : square;
  const divisor = graph.op("Add", [graph.op("Sqrt", [largest]), scalars.epsilon]);
  const move = graph.op("Mul", [graph.op("Div", [mean, divisor]), scalars.size]);
  return { parameter: graph.op("Sub", [parameter, move]), slots: args.amsgrad ? { mean, square, largest_square: largest } : { mean, square } };
}
