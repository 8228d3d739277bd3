import { z } from "zod";
import type { Tensor } from "../graph/builder.js";
import { checkWidths, defineLoss, fromArgument, lossArguments } from "./defineLoss.js";
import { checkSmoothing, classWeightsOf, clipped, crossEntropySum, targetRows } from "./targets.js";

/**
 * -sum_j t_j log p_j, p = softmax(outputs); mean over the batch, weighted by the classes of the targets. Class weights and
 * label smoothing as PyTorch's CrossEntropyLoss has them.
 */
export const crossEntropy = defineLoss({
  kind: "cross_entropy",
  summary: "Minus the log-probability of the right class; for classification. Computes softmax itself.",
  source: "Goodfellow, Bengio, Courville, Deep Learning, 6.2.2.3; PyTorch's CrossEntropyLoss",
  arguments: z.strictObject({ from: fromArgument, ...lossArguments }),
  reading: (args) => (args.from === "logits" ? "softmax" : "probabilities"),
  check(args, problem) {
    checkWidths(problem);
    checkSmoothing(args.label_smoothing, problem);
    classWeightsOf(args.class_weights, problem);
  },
  build(args, problem, outputs, targets, counts) {
    const graph = outputs.builder;
    const logarithms = args.from === "logits" ? graph.op("LogSoftmax", [outputs], { axis: -1 }) : logOfProbabilities(outputs, problem.endsWithSoftmax);
    const weights = classWeightsOf(args.class_weights, problem);
    const rows = targetRows(problem, targets, { share: args.label_smoothing, over: "outputs" }, weights);
    return crossEntropySum(graph.op("Mul", [logarithms, rows]), weights, targets, counts);
  },
});

/** log of clipped probabilities, divided by their sum where the model does not do so itself. */
export function logOfProbabilities(outputs: Tensor, normalised: boolean): Tensor {
  const graph = outputs.builder;
  const probabilities = clipped(outputs);
  if (normalised) return graph.op("Log", [probabilities]);
  return graph.op("Log", [graph.op("Div", [probabilities, graph.op("ReduceSum", [probabilities, graph.ints([-1])], { keepdims: 1 })])]);
}
