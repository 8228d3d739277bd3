import { div, neg, shift, square } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = artanh X. ONNX Atanh-9. */
export const Atanh = defineOperator("Atanh", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, X }) => div(dY, shift(neg(square(X)), 1)) },
});
