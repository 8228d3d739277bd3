import { add, exp, logSoftmax, mul, reduceSum, softmax, sub } from "../graph/functions.js";
import { classWeightGradient, exampleGradients, oneHotLabels } from "./classificationLosses.js";
import { defineOperator } from "./defineOperator.js";

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
      const { dY, dlogProb, logProb, scores } = call;
      const throughLoss = mul(sub(softmax(scores, 1), oneHotLabels(call)), exampleGradients(call, dY));
      if (dlogProb === null || logProb === null) return throughLoss;
      return add(throughLoss, sub(dlogProb, mul(exp(logProb), reduceSum(dlogProb, [1], true))));
    },
    labels: "zero",
    weights: (call) => classWeightGradient(call, (scores) => logSoftmax(scores, 1)),
  },
});
