import { z } from "zod";
import { logOnePlusExp } from "../layers/activations/softplus.js";
import { checkWidths, defineLoss, fromArgument, lossArguments } from "./defineLoss.js";
import { meanOverOutputs } from "./elementwise.js";
import { checkSmoothing, classWeightsOf, clipped, targetRows } from "./targets.js";

/** -(t log p + (1 - t) log(1 - p)), p = sigmoid(outputs), from logits log(1 + exp(z)) - t z; mean over outputs and batch */
export const binaryCrossEntropy = defineLoss({
  kind: "binary_cross_entropy",
  summary: "Minus the log-probability of yes or no, output by output; for two classes with one output, and for several labels.",
  source: "Goodfellow, Bengio, Courville, Deep Learning, 6.2.2.2; PyTorch's BCEWithLogitsLoss",
  arguments: z.strictObject({ from: fromArgument, ...lossArguments }),
  reading: (args) => (args.from === "logits" ? "sigmoid" : "probabilities"),
  check(args, problem) {
    checkWidths(problem);
    checkSmoothing(args.label_smoothing, problem);
    classWeightsOf(args.class_weights, problem);
  },
  build(args, problem, outputs, targets, counts) {
    const graph = outputs.builder;
    const t = targetRows(problem, targets, { share: args.label_smoothing, over: "yes_and_no" });
    if (args.from === "logits") {
      return meanOverOutputs(graph.op("Sub", [logOnePlusExp(outputs), graph.op("Mul", [t, outputs])]), args.class_weights, problem, targets, counts);
    }
    const one = graph.scalar(1);
    const p = clipped(outputs);
    const yes = graph.op("Mul", [t, graph.op("Log", [p])]);
    const no = graph.op("Mul", [graph.op("Sub", [one, t]), graph.op("Log", [graph.op("Sub", [one, p])])]);
    return meanOverOutputs(graph.op("Neg", [graph.op("Add", [yes, no])]), args.class_weights, problem, targets, counts);
  },
});
