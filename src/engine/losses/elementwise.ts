import type { Tensor } from "../graph/builder.js";
import type { LossProblem, LossSum } from "./defineLoss.js";
import { classWeightsOf, weightOf, total, type ClassWeights } from "./targets.js";

/**
 * The sum over examples of the mean over outputs of `losses` [batch, outputs], each example times the weight of its class where there are class
 * weights; those that do not count weigh nothing. What it is divided by is the number of examples that count, whatever their weights: PyTorch's
 * BCEWithLogitsLoss with `weight` or `pos_weight`, and Keras' `class_weight`, do so. (cross_entropy and nll divide by the weights, as PyTorch's
 * CrossEntropyLoss and NLLLoss do.) `balanced` weighs 1 in the mean, so that there the two differ by the luck of the batch alone.
 */
export function meanOverOutputs(losses: Tensor, classWeights: ClassWeights, problem: LossProblem, targets: Tensor, counts: Tensor | null): LossSum {
  const graph = losses.builder;
  const perOutput = graph.scalar(1 / problem.outputWidth);
  const byClass = classWeightsOf(classWeights, problem);
  const weight = weightOf(byClass, targets, counts);
  if (weight === null) return { sum: graph.op("Mul", [total(losses), perOutput]), weight: null };
  const weighted = graph.op("Mul", [losses, graph.op("Reshape", [weight, graph.ints([-1, 1])])]);
  return { sum: graph.op("Mul", [total(weighted), perOutput]), weight: counts === null ? null : total(counts) };
}
