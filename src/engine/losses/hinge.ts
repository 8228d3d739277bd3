import { z } from "zod";
import { checkWidths, defineLoss, lossArguments } from "./defineLoss.js";
import { meanOverOutputs } from "./elementwise.js";
import { checkSmoothing, classWeightsOf, targetRows } from "./targets.js";

/** max(0, 1 - s y), s = -1 for no and 1 for yes (one-hot for several outputs); mean over outputs and batch */
export const hinge = defineLoss({
  kind: "hinge",
  summary: "No loss for outputs on the right side of zero by 1 or more; the loss of support vector machines.",
  source: "Cortes and Vapnik, Support-Vector Networks, 1995; Keras's Hinge",
  arguments: z.strictObject(lossArguments),
  reading: () => "margin",
  check(args, problem) {
    checkWidths(problem);
    checkSmoothing(args.label_smoothing, problem);
    classWeightsOf(args.class_weights, problem);
  },
  build(args, problem, outputs, targets, counts) {
    const graph = outputs.builder;
    const rows = targetRows(problem, targets, { share: args.label_smoothing, over: "yes_and_no" });
    // the targets of a regression are -1 and 1 already
    const sides = problem.task === "regression" ? rows : graph.op("Sub", [graph.op("Mul", [rows, graph.scalar(2)]), graph.scalar(1)]);
    const losses = graph.op("Relu", [graph.op("Sub", [graph.scalar(1), graph.op("Mul", [sides, outputs])])]);
    return meanOverOutputs(losses, args.class_weights, problem, targets, counts);
  },
});
