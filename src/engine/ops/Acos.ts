import { div, neg, shift, sqrt, square } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = arccos X. ONNX Acos-7. */
export const Acos = defineOperator("Acos", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, X }) => neg(div(dY, sqrt(shift(neg(square(X)), 1)))) },
});
