/**
 * Loss scaling for gradients in float16: the loss is multiplied so that small gradients do not vanish; a step whose gradients overflow is left
 * out and the factor halved; after 2,000 good steps in a row it is doubled (Micikevicius et al., Mixed Precision Training, 2018; PyTorch's GradScaler
 * with its constants). The optimizer's count of steps goes on through a step that is left out, unlike PyTorch's.
 */
import type { Tensor } from "../graph/builder.js";
import type { TrainingProblem } from "./problem.js";

/** The factor, and the good steps since it last changed, among what a run carries. */
export const lossScaleNames = { scale: "loss_scale", goodSteps: "loss_scale/good_steps" } as const;

const firstScale = 65536;
const [growth, backoff, growthInterval] = [2, 0.5, 2000];

/** What a run of this file carries for loss scaling at its start, by name: scalars; nothing in float32. */
export function initialLossScale({ config }: TrainingProblem): Readonly<Record<string, number>> {
  return config.training.precision === "mixed" ? { [lossScaleNames.scale]: firstScale, [lossScaleNames.goodSteps]: 0 } : {};
}

/** Gradients as they are without the scale, and whether all of them are finite (bool scalar). */
export function unscaled(gradients: readonly Tensor[], scale: Tensor): { readonly gradients: readonly Tensor[]; readonly isFinite: Tensor } {
  const graph = scale.builder;
  const inverse = graph.op("Reciprocal", [scale]);
  const plain = gradients.map((g) => graph.op("Mul", [g, inverse]));
  const sums = plain.map((g) => graph.op("ReduceL1", [g], { keepdims: 0 }));
  const total = sums.length === 1 ? sums[0] : graph.op("Sum", sums);
  return { gradients: plain, isFinite: graph.op("Not", [graph.op("Or", [graph.op("IsNaN", [total]), graph.op("IsInf", [total])])]) };
}

/** Scale and good steps after a step. */
export function nextLossScale(scale: Tensor, goodSteps: Tensor, isFinite: Tensor): { readonly scale: Tensor; readonly goodSteps: Tensor } {
  const graph = scale.builder;
  const counted = graph.op("Add", [goodSteps, graph.scalar(1)]);
  const grows = graph.op("Equal", [counted, graph.scalar(growthInterval)]);
  const good = graph.op("Where", [grows, graph.op("Mul", [scale, graph.scalar(growth)]), scale]);
  const kept = graph.op("Where", [grows, graph.scalar(0), counted]);
  return {
    scale: graph.op("Where", [isFinite, good, graph.op("Mul", [scale, graph.scalar(backoff)])]),
    goodSteps: graph.op("Where", [isFinite, kept, graph.scalar(0)]),
  };
}
