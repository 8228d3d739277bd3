import type { Tensor } from "../graph/builder.js";
import type { LossProblem, LossSum } from "./defineLoss.js";
import { classWeightsOf, weightOf, total, type ClassWeights } from "./targets.js";

/**
 * The sum over examples of the mean over outputs of `losses` [batch, outputs], each example weighted by its class where
 * there are class weights; those that do not count weigh nothing.
 */
export function meanOverOutputs(losses: Tensor, classWeights: ClassWeights, problem: LossProblem, targets: Tensor, counts: Tensor | null): LossSum {
  const graph = losses.builder;
  const perOutput = graph.scalar(1 / problem.outputWidth);
  const byClass = classWeightsOf(classWeights, problem);
  const weight = weightOf(byClass, targets, counts);
  if (weight === null) return { sum: graph.op("Mul", [total(losses), perOutput]), weight: null };
  const weighted = graph.op("Mul", [losses, graph.op("Reshape", [weight, graph.ints([-1, 1])])]);
  return { sum: graph.op("Mul", [total(weighted), perOutput]), weight: total(weight) };
}
