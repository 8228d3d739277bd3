import { z } from "zod";
import type { Tensor } from "../graph/builder.js";
import { logOnePlusExp } from "../layers/activations/softplus.js";
import { logOfProbabilities } from "./crossEntropy.js";
import { checkWidths, defineLoss, fromArgument, lossArguments, type LossProblem } from "./defineLoss.js";
import { meanOverOutputs } from "./elementwise.js";
import { checkSmoothing, classWeightsOf, clipped, crossEntropySum, targetRows } from "./targets.js";

/**
 * -sum_j t_j (1 - p_j)^gamma log p_j, p = softmax(outputs); with one output, or several labels, p = sigmoid(output) of each output,
 * yes and no alike. `class_weights` are the paper's alpha.
 */
export const focal = defineLoss({
  kind: "focal",
  summary: "Cross-entropy in which examples that are right already count less; for rare classes.",
  main: "gamma",
  source: "Lin et al., Focal Loss for Dense Object Detection, 2017",
  arguments: z.strictObject({
    gamma: z.number().min(0).default(2).describe("How much less; 0 is cross-entropy."),
    from: fromArgument, ...lossArguments,
  }),
  reading: (args, problem) => (args.from === "probabilities" ? "probabilities" : isBinary(problem) ? "sigmoid" : "softmax"),
  check(args, problem) {
    checkWidths(problem);
    checkSmoothing(args.label_smoothing, problem);
    classWeightsOf(args.class_weights, problem);
  },
  build(args, problem, outputs, targets, counts) {
    const graph = outputs.builder;
    const one = graph.scalar(1);
    if (isBinary(problem)) {
      const t = targetRows(problem, targets, { share: args.label_smoothing, over: "yes_and_no" });
      const logits = args.from === "logits" ? outputs : logitsOf(clipped(outputs));
      const p = graph.op("Sigmoid", [logits]);
      // 1 - p of what is right: t (1 - p) + (1 - t) p
      const wrong = graph.op("Add", [graph.op("Mul", [t, graph.op("Sub", [one, p])]), graph.op("Mul", [graph.op("Sub", [one, t]), p])]);
      const crossEntropy = graph.op("Sub", [logOnePlusExp(logits), graph.op("Mul", [t, logits])]);
      return meanOverOutputs(graph.op("Mul", [power(wrong, args.gamma), crossEntropy]), args.class_weights, problem, targets, counts);
    }
    const logarithms = args.from === "logits" ? graph.op("LogSoftmax", [outputs], { axis: -1 }) : logOfProbabilities(outputs, problem.endsWithSoftmax);
    const weights = classWeightsOf(args.class_weights, problem);
    const rows = targetRows(problem, targets, { share: args.label_smoothing, over: "outputs" }, weights);
    const focus = power(graph.op("Sub", [one, graph.op("Exp", [logarithms])]), args.gamma);
    return crossEntropySum(graph.op("Mul", [graph.op("Mul", [focus, logarithms]), rows]), weights, targets, counts);
  },
});

/** Whether each output is a yes or no of its own. */
function isBinary({ outputWidth, task }: LossProblem): boolean {
  return outputWidth === 1 || task === "multi_label";
}

function logitsOf(p: Tensor): Tensor {
  const graph = p.builder;
  return graph.op("Sub", [graph.op("Log", [p]), graph.op("Log", [graph.op("Sub", [graph.scalar(1), p])])]);
}

/** x^gamma for x in [0, 1]; kept off 0, where the slope of a root is infinite. */
function power(x: Tensor, gamma: number): Tensor {
  const graph = x.builder;
  if (gamma === 0) return graph.op("Add", [graph.op("Mul", [x, graph.scalar(0)]), graph.scalar(1)]);
  if (gamma === 1) return x;
  if (gamma === 2) return graph.op("Mul", [x, x]);
  return graph.op("Pow", [graph.op("Max", [x, graph.scalar(1e-7)]), graph.scalar(gamma)]);
}
