import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = the smallest integer from X on; constant almost everywhere. ONNX Ceil-13. */
export const Ceil = defineOperator("Ceil", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: "zero",
});
