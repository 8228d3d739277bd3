import { z } from "zod";
import { defineOptimizer, rateArgument } from "./defineOptimizer.js";

/** w -= lr (sign(b1 m + (1 - b1) g) + weight_decay w); m = b2 m + (1 - b2) g */
export const lion = defineOptimizer({
  kind: "lion",
  summary: "Steps of one size, in the direction of the sign of a mean of gradients; wants a tenth of Adam's rate.",
  main: "lr",
  source: "Chen et al., Symbolic Discovery of Optimization Algorithms, 2023, algorithm 2",
  arguments: z.strictObject({
    lr: rateArgument(1e-4),
    beta1: z.number().min(0).lt(1).default(0.9).describe("Weight of the old mean in the step."),
    beta2: z.number().min(0).lt(1).default(0.99).describe("Weight of the old mean in the new one."),
    weight_decay: z.number().min(0).default(0).describe("Share of each weight taken away, times the rate."),
  }),
  slots: () => ["mean"],
  scalars: (args, rate) => ({ rate, keep: 1 - rate * args.weight_decay }),
  update(args, { parameter, gradient, slots, scalars: { rate, keep } }) {
    const graph = parameter.builder;
    const blend = (beta: number): typeof parameter => graph.op("Add", [graph.op("Mul", [slots.mean, graph.scalar(beta)]), graph.op("Mul", [gradient, graph.scalar(1 - beta)])]);
    const kept = args.weight_decay > 0 ? graph.op("Mul", [parameter, keep]) : parameter;
    return { parameter: graph.op("Sub", [kept, graph.op("Mul", [graph.op("Sign", [blend(args.beta1)]), rate])]), slots: { mean: blend(args.beta2) } };
  },
});
