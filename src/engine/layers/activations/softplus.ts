import { z } from "zod";
import type { Tensor } from "../../graph/builder.js";
import { defineActivation } from "./defineActivation.js";

/** y = log(1 + exp(x)) */
export const softplus = defineActivation({
  kind: "softplus",
  summary: "log(1 + exp(x)), a smooth ReLU.",
  arguments: z.strictObject({}),
  initFamily: "relu",
  apply: (x) => logOnePlusExp(x),
});

/**
 * log(1 + exp(x)) = (x + |x|) / 2 + log(1 + exp(-|x|)), which never overflows. |x| is relu(x) + relu(-x): its slope at 0
 * is 0, so that the slope of the whole at 0 is 1/2, as it must be.
 */
export function logOnePlusExp(x: Tensor): Tensor {
  const graph = x.builder;
  const magnitude = graph.op("Add", [graph.op("Relu", [x]), graph.op("Relu", [graph.op("Neg", [x])])]);
  const linear = graph.op("Mul", [graph.op("Add", [x, magnitude]), graph.scalar(0.5)]);
  const tail = graph.op("Log", [graph.op("Add", [graph.op("Exp", [graph.op("Neg", [magnitude])]), graph.scalar(1)])]);
  return graph.op("Add", [linear, tail]);
}
