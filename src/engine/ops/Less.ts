import { defineOperator } from "./defineOperator.js";
import { arithmetic, onNumbers } from "./shapeRules.js";

/** Y = (A < B). ONNX Less-13. */
export const Less = defineOperator("Less", {
  inputs: ["A", "B"],
  shape: ({ A, B }) => arithmetic(A, B, onNumbers((a, b) => a < b), "bool"),
  gradient: "zero",
});
