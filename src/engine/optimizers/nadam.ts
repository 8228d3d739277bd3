import { z } from "zod";
import { adamArguments } from "./adam.js";
import { defineOptimizer, rateArgument } from "./defineOptimizer.js";

const { beta1, beta2, epsilon } = adamArguments;
const nadamArguments = z.strictObject({
  lr: rateArgument(2e-3), beta1, beta2, epsilon,
  momentum_decay: z.number().min(0).default(4e-3).describe("How fast the momentum of early steps grows to beta1."),
});

/**
 * mu_t = b1 (1 - 0.96^(t momentum_decay) / 2); m, v as Adam's;
 * w -= lr ((1 - mu_t) / (1 - prod_i<=t mu_i) g + mu_(t+1) / (1 - prod_i<=t+1 mu_i) m) / (sqrt(v / (1 - b2^t)) + epsilon)
 */
export const nadam = defineOptimizer({
  kind: "nadam",
  summary: "Adam with Nesterov momentum, whose weight grows in the first steps.",
  main: "lr",
  source: "Dozat, Incorporating Nesterov Momentum into Adam, 2016; PyTorch's NAdam",
  arguments: nadamArguments,
  slots: () => ["mean", "square"],
  scalars(args, rate, step) {
    const product = momentumProduct(args, step);
    return {
      gradient_size: (rate * (1 - momentumOf(args, step))) / (1 - product),
      mean_size: (rate * momentumOf(args, step + 1)) / (1 - product * momentumOf(args, step + 1)),
      square_correction: 1 / (1 - args.beta2 ** step),
    };
  },
  update(args, { parameter, gradient, slots, scalars }) {
    const graph = parameter.builder;
    const average = (old: typeof parameter, x: typeof parameter, beta: number): typeof parameter => graph.op("Add", [graph.op("Mul", [old, graph.scalar(beta)]), graph.op("Mul", [x, graph.scalar(1 - beta)])]);
    const mean = average(slots.mean, gradient, args.beta1);
    const square = average(slots.square, graph.op("Mul", [gradient, gradient]), args.beta2);
    const divisor = graph.op("Add", [graph.op("Sqrt", [graph.op("Mul", [square, scalars.square_correction])]), graph.scalar(args.epsilon)]);
    const direction = graph.op("Add", [graph.op("Mul", [gradient, scalars.gradient_size]), graph.op("Mul", [mean, scalars.mean_size])]);
    return { parameter: graph.op("Sub", [parameter, graph.op("Div", [direction, divisor])]), slots: { mean, square } };
  },
});

type NadamArguments = z.output<typeof nadamArguments>;

function momentumOf({ beta1: beta, momentum_decay: decay }: NadamArguments, step: number): number {
  return beta * (1 - 0.5 * 0.96 ** (step * decay));
}

/** Products of the momenta of steps 1..t by t, for each set of arguments: a step asks for the next. */
const products = new WeakMap<NadamArguments, number[]>();

function momentumProduct(args: NadamArguments, step: number): number {
  const known = products.get(args) ?? [1];
  for (let t = known.length; t <= step; t++) known.push(known[t - 1] * momentumOf(args, t));
  products.set(args, known);
  return known[step];
}
