import { div, scale } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = X^(1/2); infinite slope at 0. ONNX Sqrt-13. */
export const Sqrt = defineOperator("Sqrt", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, Y }) => div(dY, scale(Y, 2)) },
});
