import { mul, neg } from "../graph/functions.js";
import { classWeightGradient, exampleGradients, oneHotLabels } from "./classificationLosses.js";
import { defineOperator } from "./defineOperator.js";

/** Y = -weight[label] scores[label] over axis 1; the mean (by weight), the sum, or each. ONNX NegativeLogLikelihoodLoss-13. */
export const NegativeLogLikelihoodLoss = defineOperator("NegativeLogLikelihoodLoss", {
  inputs: ["scores", "labels", "weights?"],
  shape: ({ scores, labels, text }) => [{ type: scores.type, shape: text("reduction", "mean") === "none" ? labels.shape : [] }],
  gradient: {
    scores: (call) => neg(mul(oneHotLabels(call), exampleGradients(call, call.dY))),
    labels: "zero",
    weights: (call) => classWeightGradient(call, (scores) => scores),
  },
});
