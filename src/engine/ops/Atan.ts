import { div, shift, square } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = arctan X. ONNX Atan-7. */
export const Atan = defineOperator("Atan", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, X }) => div(dY, shift(square(X), 1)) },
});
