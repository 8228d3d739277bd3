import { neg } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = -X. ONNX Neg-13. */
export const Neg = defineOperator("Neg", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY }) => neg(dY) },
});
