import { z } from "zod";
import { defineOptimizer, rateArgument } from "./defineOptimizer.js";

/** s = d s + (1 - d) g^2; u = sqrt(a + epsilon) / sqrt(s + epsilon) g; a = d a + (1 - d) u^2; w -= lr u */
export const adadelta = defineOptimizer({
  kind: "adadelta",
  summary: "Steps scaled by leaky averages of squared gradients and squared updates; needs no learning rate of its own.",
  main: "lr",
  source: "Zeiler, ADADELTA, 2012; PyTorch's Adadelta",
  arguments: z.strictObject({
    lr: rateArgument(1),
    decay: z.number().min(0).lt(1).default(0.9).describe("Weight of the old averages."),
    epsilon: z.number().gt(0).default(1e-6).describe("Added within both roots."),
  }),
  slots: () => ["square", "update_square"],
  scalars: (_, rate) => ({ rate }),
  update(args, { parameter, gradient, slots, scalars: { rate } }) {
    const graph = parameter.builder;
    const [decay, fresh, epsilon] = [graph.scalar(args.decay), graph.scalar(1 - args.decay), graph.scalar(args.epsilon)];
    const average = (old: typeof parameter, x: typeof parameter): typeof parameter => graph.op("Add", [graph.op("Mul", [old, decay]), graph.op("Mul", [graph.op("Mul", [x, x]), fresh])]);
    const root = (x: typeof parameter): typeof parameter => graph.op("Sqrt", [graph.op("Add", [x, epsilon])]);
    const square = average(slots.square, gradient);
    const move = graph.op("Mul", [graph.op("Div", [root(slots.update_square), root(square)]), gradient]);
    return { parameter: graph.op("Sub", [parameter, graph.op("Mul", [move, rate])]), slots: { square, update_square: average(slots.update_square, move) } };
  },
});
