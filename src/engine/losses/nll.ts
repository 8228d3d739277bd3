import { z } from "zod";
import { checkWidths, defineLoss, lossArguments } from "./defineLoss.js";
import { checkSmoothing, classWeightsOf, crossEntropySum, targetRows } from "./targets.js";

/** -sum_j t_j y_j, y being log-probabilities; mean over the batch, weighted by the classes of the targets */
export const nll = defineLoss({
  kind: "nll",
  summary: "Minus the log-probability of the right class, for models that end with log_softmax.",
  source: "PyTorch's NLLLoss",
  arguments: z.strictObject(lossArguments),
  reading: () => "log_probabilities",
  check(args, problem) {
    checkWidths(problem);
    checkSmoothing(args.label_smoothing, problem);
    classWeightsOf(args.class_weights, problem);
  },
  build(args, problem, outputs, targets, counts) {
    const graph = outputs.builder;
    const weights = classWeightsOf(args.class_weights, problem);
    const rows = targetRows(problem, targets, { share: args.label_smoothing, over: "outputs" }, weights);
    return crossEntropySum(graph.op("Mul", [outputs, rows]), weights, targets, counts);
  },
});
