import { div, shift, sqrt, square } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = arsinh X. ONNX Asinh-9. */
export const Asinh = defineOperator("Asinh", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, X }) => div(dY, sqrt(shift(square(X), 1))) },
});
