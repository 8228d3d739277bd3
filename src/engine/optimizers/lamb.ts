import { z } from "zod";
import { adamArguments } from "./adam.js";
import { defineOptimizer, rateArgument } from "./defineOptimizer.js";

const { beta1, beta2 } = adamArguments;

/** r = mhat / (sqrt(vhat) + epsilon) + weight_decay w, mhat and vhat as Adam's; w -= lr (|w| / |r|) r, tensor by tensor; the ratio is 1 where a norm is 0 */
export const lamb = defineOptimizer({
  kind: "lamb",
  summary: "Adam's direction with a step in proportion to each tensor's own size; for very large batches.",
  main: "lr",
  source: "You et al., Large Batch Optimization for Deep Learning, 2019, algorithm 2",
  arguments: z.strictObject({
    lr: rateArgument(1e-3), beta1, beta2,
    epsilon: z.number().gt(0).default(1e-6).describe("Added to the root."),
    weight_decay: z.number().min(0).default(0).describe("Share of each weight added to the direction."),
  }),
  wholeTensors: true,
  slots: () => ["mean", "square"],
  scalars: (args, rate, step) => ({ rate, mean_correction: 1 / (1 - args.beta1 ** step), square_correction: 1 / (1 - args.beta2 ** step) }),
  update(args, { parameter, gradient, slots, scalars }) {
    const graph = parameter.builder;
    const average = (old: typeof parameter, x: typeof parameter, beta: number): typeof parameter => graph.op("Add", [graph.op("Mul", [old, graph.scalar(beta)]), graph.op("Mul", [x, graph.scalar(1 - beta)])]);
    const norm = (x: typeof parameter): typeof parameter => graph.op("Sqrt", [graph.op("ReduceSumSquare", [x], { keepdims: 0 })]);
    const mean = average(slots.mean, gradient, args.beta1);
    const square = average(slots.square, graph.op("Mul", [gradient, gradient]), args.beta2);
    const divisor = graph.op("Add", [graph.op("Sqrt", [graph.op("Mul", [square, scalars.square_correction])]), graph.scalar(args.epsilon)]);
    const adaptive = graph.op("Div", [graph.op("Mul", [mean, scalars.mean_correction]), divisor]);
    const direction = args.weight_decay > 0 ? graph.op("Add", [adaptive, graph.op("Mul", [parameter, graph.scalar(args.weight_decay)])]) : adaptive;
    const [size, length] = [norm(parameter), norm(direction)];
    const both = graph.op("And", [graph.op("Greater", [size, graph.scalar(0)]), graph.op("Greater", [length, graph.scalar(0)])]);
    const trust = graph.op("Where", [both, graph.op("Div", [size, length]), graph.scalar(1)]);
    return { parameter: graph.op("Sub", [parameter, graph.op("Mul", [direction, graph.op("Mul", [trust, scalars.rate])])]), slots: { mean, square } };
  },
});
