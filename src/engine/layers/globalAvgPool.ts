import { z } from "zod";
import type { Tensor } from "../graph/builder.js";
import { defineLayer } from "./defineLayer.js";
import { globalPool, globalPoolShapes } from "./globalPools.js";

/** The mean of each channel: [channels, height, width] to [channels], [time, features] to [features] */
export const globalAvgPool = defineLayer({
  kind: "global_avg_pool",
  summary: "The mean of each channel over the whole image, of each feature over time.",
  arguments: z.strictObject({}),
  shapes: (_, { shape }) => globalPoolShapes("global_avg_pool", shape),
  build: (_, x, { steps }) => (steps === null ? globalPool(x, "GlobalAveragePool", "ReduceMean") : meanOverSteps(x, steps)),
});

/** The mean over the steps that count, [batch, features]; 0 where none does. */
function meanOverSteps(x: Tensor, steps: Tensor): Tensor {
  const graph = x.builder;
  const sum = graph.op("ReduceSum", [graph.op("Mul", [x, graph.op("Unsqueeze", [steps, graph.ints([2])])]), graph.ints([1])], { keepdims: 0 });
  return graph.op("Div", [sum, graph.op("Max", [graph.op("ReduceSum", [steps, graph.ints([1])], { keepdims: 1 }), graph.scalar(1)])]);
}
