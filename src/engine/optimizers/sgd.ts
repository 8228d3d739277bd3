import { z } from "zod";
import { defineOptimizer, rateArgument, type Update } from "./defineOptimizer.js";

const sgdArguments = z.strictObject({
  lr: rateArgument(0.01),
  momentum: z.number().min(0).lt(1).default(0).describe("Weight of the old velocity, rho."),
  nesterov: z.boolean().default(false).describe("Looks ahead along the velocity; needs momentum."),
  momentum_form: z.enum(["pytorch", "classic"]).default("pytorch")
    .describe("pytorch: v = rho v + g, w -= lr v; classic: v = rho v - lr g, w += v. They agree while lr is constant."),
});

/**
 * w -= lr g; with momentum v = rho v + g, w -= lr v (pytorch), nesterov w -= lr (g + rho v);
 * classic: v' = rho v - lr g, w += v'; nesterov w += -rho v + (1 + rho) v'
 */
export const sgd = defineOptimizer({
  kind: "sgd",
  summary: "Stochastic gradient descent, plain or with momentum.",
  main: "lr",
  source: "Sutskever et al., On the importance of initialization and momentum in deep learning, 2013; PyTorch's SGD",
  arguments: sgdArguments,
  slots: (args) => (args.momentum > 0 ? ["velocity"] : []),
  scalars: (_, rate) => ({ rate }),
  update(args, { parameter, gradient, slots, scalars: { rate } }): Update {
    const graph = parameter.builder;
    const scaled = graph.op("Mul", [gradient, rate]);
    if (args.momentum === 0) return { parameter: graph.op("Sub", [parameter, scaled]), slots: {} };
    const rho = graph.scalar(args.momentum);
    const kept = graph.op("Mul", [slots.velocity, rho]);
    if (args.momentum_form === "classic") {
      const velocity = graph.op("Sub", [kept, scaled]);
      const move = args.nesterov ? graph.op("Sub", [graph.op("Mul", [velocity, graph.scalar(1 + args.momentum)]), kept]) : velocity;
      return { parameter: graph.op("Add", [parameter, move]), slots: { velocity } };
    }
    const velocity = graph.op("Add", [kept, gradient]);
    const direction = args.nesterov ? graph.op("Add", [gradient, graph.op("Mul", [velocity, rho])]) : velocity;
    return { parameter: graph.op("Sub", [parameter, graph.op("Mul", [direction, rate])]), slots: { velocity } };
  },
});
