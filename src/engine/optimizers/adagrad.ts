import { z } from "zod";
import { defineOptimizer, rateArgument } from "./defineOptimizer.js";

/** s += g^2; w -= lr g / (sqrt(s) + epsilon) */
export const adagrad = defineOptimizer({
  kind: "adagrad",
  summary: "Steps divided by the root of all squared gradients so far.",
  main: "lr",
  source: "Duchi et al., Adaptive Subgradient Methods, 2011; PyTorch's Adagrad",
  arguments: z.strictObject({ lr: rateArgument(0.01), epsilon: z.number().gt(0).default(1e-10).describe("Added to the root.") }),
  slots: () => ["squares"],
  scalars: (_, rate) => ({ rate }),
  update(args, { parameter, gradient, slots, scalars: { rate } }) {
    const graph = parameter.builder;
    const squares = graph.op("Add", [slots.squares, graph.op("Mul", [gradient, gradient])]);
    const divisor = graph.op("Add", [graph.op("Sqrt", [squares]), graph.scalar(args.epsilon)]);
    return { parameter: graph.op("Sub", [parameter, graph.op("Mul", [graph.op("Div", [gradient, divisor]), rate])]), slots: { squares } };
  },
});
