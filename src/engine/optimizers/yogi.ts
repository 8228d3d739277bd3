import { z } from "zod";
import { adamArguments } from "./adam.js";
import { defineOptimizer, rateArgument } from "./defineOptimizer.js";

const { beta1, beta2 } = adamArguments;

/** m = b1 m + (1 - b1) g; v = v - (1 - b2) sign(v - g^2) g^2; w -= lr m / (sqrt(v) + epsilon) */
export const yogi = defineOptimizer({
  kind: "yogi",
  summary: "Adam whose mean of squares grows and shrinks by steps of one gradient's size, so that the rate does not jump.",
  main: "lr",
  source: "Zaheer et al., Adaptive Methods for Nonconvex Optimization, 2018, algorithm 2",
  arguments: z.strictObject({
    lr: rateArgument(0.01), beta1, beta2,
    epsilon: z.number().gt(0).default(1e-3).describe("Added to the root."),
    bias_correction: z.boolean().default(false).describe("Corrects the means for their start at zero, as Adam does; the paper does not."),
  }),
  slots: () => ["mean", "square"],
  scalars: (args, rate, step) => ({
    size: rate / (args.bias_correction ? 1 - args.beta1 ** step : 1),
    square_correction: 1 / (args.bias_correction ? 1 - args.beta2 ** step : 1),
  }),
  update(args, { parameter, gradient, slots, scalars }) {
    const graph = parameter.builder;
    const mean = graph.op("Add", [graph.op("Mul", [slots.mean, graph.scalar(args.beta1)]), graph.op("Mul", [gradient, graph.scalar(1 - args.beta1)])]);
    const fresh = graph.op("Mul", [gradient, gradient]);
    const sign = graph.op("Sign", [graph.op("Sub", [slots.square, fresh])]);
    const square = graph.op("Sub", [slots.square, graph.op("Mul", [graph.op("Mul", [sign, fresh]), graph.scalar(1 - args.beta2)])]);
    const divisor = graph.op("Add", [graph.op("Sqrt", [graph.op("Mul", [square, scalars.square_correction])]), graph.scalar(args.epsilon)]);
    return { parameter: graph.op("Sub", [parameter, graph.op("Mul", [graph.op("Div", [mean, divisor]), scalars.size])]), slots: { mean, square } };
  },
});
