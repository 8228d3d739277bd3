import { z } from "zod";
import { defineOptimizer, rateArgument } from "./defineOptimizer.js";

/** s = d s + (1 - d) g^2; w -= lr g / (sqrt(s) + epsilon) */
export const rmsprop = defineOptimizer({
  kind: "rmsprop",
  summary: "Steps divided by the root of a running mean of squared gradients.",
  main: "lr",
  source: "Tieleman and Hinton, lecture 6.5, 2012; PyTorch's RMSprop",
  arguments: z.strictObject({
    lr: rateArgument(1e-3),
    decay: z.number().min(0).lt(1).default(0.9).describe("Weight of the old mean."),
    epsilon: z.number().gt(0).default(1e-8).describe("Added to the root."),
  }),
  slots: () => ["square"],
  scalars: (_, rate) => ({ rate }),
  update(args, { parameter, gradient, slots, scalars: { rate } }) {
    const graph = parameter.builder;
    const fresh = graph.op("Mul", [graph.op("Mul", [gradient, gradient]), graph.scalar(1 - args.decay)]);
    const square = graph.op("Add", [graph.op("Mul", [slots.square, graph.scalar(args.decay)]), fresh]);
    const divisor = graph.op("Add", [graph.op("Sqrt", [square]), graph.scalar(args.epsilon)]);
    return { parameter: graph.op("Sub", [parameter, graph.op("Mul", [graph.op("Div", [gradient, divisor]), rate])]), slots: { square } };
  },
});
