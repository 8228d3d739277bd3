import { z } from "zod";
import { adamArguments } from "./adam.js";
import { defineOptimizer, rateArgument } from "./defineOptimizer.js";

const { beta1, beta2 } = adamArguments;

/** m = b1 m + (1 - b1) g; u = max(b2 u, |g| + epsilon); w -= lr / (1 - b1^t) m / u */
export const adamax = defineOptimizer({
  kind: "adamax",
  summary: "Adam with the largest recent gradient in the place of the root of squares.",
  main: "lr",
  source: "Kingma and Ba, Adam, 2014, 7.1; PyTorch's Adamax",
  arguments: z.strictObject({ lr: rateArgument(2e-3), beta1, beta2, epsilon: z.number().gt(0).default(1e-8).describe("Added to the size of the gradient.") }),
  slots: () => ["mean", "largest"],
  scalars: (args, rate, step) => ({ size: rate / (1 - args.beta1 ** step) }),
  update(args, { parameter, gradient, slots, scalars: { size } }) {
    const graph = parameter.builder;
    const mean = graph.op("Add", [graph.op("Mul", [slots.mean, graph.scalar(args.beta1)]), graph.op("Mul", [gradient, graph.scalar(1 - args.beta1)])]);
    const absolute = graph.op("Add", [graph.op("Abs", [gradient]), graph.scalar(args.epsilon)]);
    const largest = graph.op("Max", [graph.op("Mul", [slots.largest, graph.scalar(args.beta2)]), absolute]);
    return { parameter: graph.op("Sub", [parameter, graph.op("Mul", [graph.op("Div", [mean, largest]), size])]), slots: { mean, largest } };
  },
});
