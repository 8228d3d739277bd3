import { div, neg, shift, sqrt, square } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = arcsin X. ONNX Asin-7. */
export const Asin = defineOperator("Asin", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, X }) => div(dY, sqrt(shift(neg(square(X)), 1))) },
});
