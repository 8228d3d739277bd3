import { greater, mul, scalarLike, scale, shift, where } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = max(0, X) + min(0, alpha (e^(X/alpha) - 1)). ONNX Celu-12. */
export const Celu = defineOperator("Celu", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  // below zero the slope is e^(X/alpha) = Y/alpha + 1
  gradient: { X: ({ dY, X, Y, float }) => where(greater(X, scalarLike(X, 0)), dY, mul(dY, shift(scale(Y, 1 / float("alpha", 1)), 1))) },
});
