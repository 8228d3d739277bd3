import { z } from "zod";
import type { Tensor } from "../../graph/builder.js";
import { defineActivation } from "./defineActivation.js";

/** y = x for x > 0, alpha (exp(x) - 1) otherwise */
export const elu = defineActivation({
  kind: "elu",
  summary: "x where positive, alpha (exp(x) - 1) elsewhere.",
  main: "alpha",
  source: "Clevert et al., Fast and Accurate Deep Network Learning by Exponential Linear Units, 2015",
  arguments: z.strictObject({ alpha: z.number().min(0).default(1).describe("Minus the limit for very negative x.") }),
  initFamily: "relu",
  apply: (x, { alpha }) => scaledElu(x, alpha, 1),
});

/** scale * (max(x, 0) + alpha (exp(min(x, 0)) - 1)); its slope at 0 is scale * alpha, from Clip's gradient. */
export function scaledElu(x: Tensor, alpha: number, scale: number): Tensor {
  const graph = x.builder;
  const negative = graph.op("Clip", [x, null, graph.scalar(0)]);
  const curve = graph.op("Mul", [graph.op("Sub", [graph.op("Exp", [negative]), graph.scalar(1)]), graph.scalar(scale * alpha)]);
  const line = graph.op("Relu", [x]);
  return graph.op("Add", [scale === 1 ? line : graph.op("Mul", [line, graph.scalar(scale)]), curve]);
}
