import { z } from "zod";
import { checkWidths, defineLoss, lossArguments } from "./defineLoss.js";
import { meanOverOutputs } from "./elementwise.js";
import { checkSmoothing, classWeightsOf, targetRows } from "./targets.js";

/** (y - t)^2, mean over outputs and batch */
export const mse = defineLoss({
  kind: "mse",
  summary: "Mean squared error; for regression.",
  source: "Bishop, Pattern Recognition and Machine Learning, 1.2.5",
  arguments: z.strictObject(lossArguments),
  check(args, problem) {
    checkWidths(problem);
    checkSmoothing(args.label_smoothing, problem);
    classWeightsOf(args.class_weights, problem);
  },
  build(args, problem, outputs, targets) {
    const graph = outputs.builder;
    const error = graph.op("Sub", [outputs, targetRows(problem, targets, { share: args.label_smoothing, over: "outputs" })]);
    return meanOverOutputs(graph.op("Mul", [error, error]), args.class_weights, problem, targets);
  },
});
