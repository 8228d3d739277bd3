import type { Tensor } from "../graph/builder.js";
import { add, cast, dimOf, div, equal, exp, gather, mul, reduceSum, reshapeLike, scalarLike, softmax, sub, unsqueeze, where } from "../graph/functions.js";
import { tensorOf, type NumericType } from "../graph/tensorData.js";
import { defineOperator, type GradientContext } from "./defineOperator.js";

/** Y = -weight[label] log softmax(scores)[label] over axis 1; the mean (by weight), the sum, or each. ONNX SoftmaxCrossEntropyLoss-13. */
export const SoftmaxCrossEntropyLoss = defineOperator("SoftmaxCrossEntropyLoss", {
  inputs: ["scores", "labels", "weights?"],
  outputs: ["Y", "logProb?"],
  shape: ({ scores, labels, text }) => [
    { type: scores.type, shape: text("reduction", "mean") === "none" ? labels.shape : [] },
    { type: scores.type, shape: scores.shape },
  ],
  gradient: {
    scores: (call) => {
      const { dY, dlogProb, logProb, scores, labels, graph } = call;
      const each = labelWeights(call);
      const eachGradient = mul(each, lossGradient(call, dY, each));
      const d = eachGradient.shape?.length === 0 ? eachGradient : unsqueeze(eachGradient, [1]);
      const onOff = graph.constant(tensorOf(scores.type as NumericType, [2], [0, 1]));
      const truth = graph.op("OneHot", [knownLabels(call, labels), reshapeLike(dimOf(scores, 1), scalarLike(scores, 0)), onOff], { axis: 1 });
      const throughLoss = mul(sub(softmax(scores, 1), truth), d);
      if (dlogProb === null || logProb === null) return throughLoss;
      return add(throughLoss, sub(dlogProb, mul(exp(logProb), reduceSum(dlogProb, [1], true))));
    },
    labels: "zero",
    weights: "unsupported",
  },
});

type LossCall = GradientContext & { readonly scores: Tensor; readonly labels: Tensor; readonly weights: Tensor | null };

/** Labels with those to ignore as class 0, so that they can be looked up. */
function knownLabels(call: LossCall, labels: Tensor): Tensor {
  const ignored = ignoredLabels(call);
  return ignored === null ? labels : where(ignored, scalarLike(labels, 0), labels);
}

function ignoredLabels({ labels, shared, int, node }: LossCall): Tensor | null {
  if (node.attributes.ignore_index === undefined) return null;
  return shared("ignored", () => equal(labels, scalarLike(labels, int("ignore_index", 0))));
}

/** The weight of each example: of its class, 0 where it is ignored, else 1. */
function labelWeights(call: LossCall): Tensor {
  const { scores, labels, weights } = call;
  const ignored = ignoredLabels(call);
  const weight = weights === null ? null : gather(weights, knownLabels(call, labels), 0);
  if (ignored === null) return weight ?? scalarLike(scores, 1);
  return where(ignored, scalarLike(scores, 0), weight ?? scalarLike(scores, 1));
}

/** What flows back into each example's own loss. */
function lossGradient({ labels, scores, text, graph }: LossCall, dY: Tensor, each: Tensor): Tensor {
  if (text("reduction", "mean") !== "mean") return dY;
  const total = each.shape?.length === 0 ? cast(graph.op("Size", [labels]), scores.type) : reduceSum(each, null);
  return div(dY, total);
}
