import { greater, keepWhere, scalarLike } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = X where X > alpha, else 0. ONNX ThresholdedRelu-10. */
export const ThresholdedRelu = defineOperator("ThresholdedRelu", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, X, float }) => keepWhere(greater(X, scalarLike(X, float("alpha", 1))), dY) },
});
