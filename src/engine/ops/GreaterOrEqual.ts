import { defineOperator } from "./defineOperator.js";
import { arithmetic, onNumbers } from "./shapeRules.js";

/** Y = (A >= B). ONNX GreaterOrEqual-16. */
export const GreaterOrEqual = defineOperator("GreaterOrEqual", {
  inputs: ["A", "B"],
  shape: ({ A, B }) => arithmetic(A, B, onNumbers((a, b) => a >= b), "bool"),
  gradient: "zero",
});
