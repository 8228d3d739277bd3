import { abs, greater, keepWhere, scalarLike } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = X - bias where X > lambda, X + bias where X < -lambda, else 0. ONNX Shrink-9. */
export const Shrink = defineOperator("Shrink", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, X, float }) => keepWhere(greater(abs(X), scalarLike(X, float("lambd", 0.5))), dY) },
});
