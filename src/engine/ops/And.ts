import { defineOperator } from "./defineOperator.js";
import { arithmetic, onNumbers } from "./shapeRules.js";

/** Y = (A and B), on bools. ONNX And-7. */
export const And = defineOperator("And", {
  inputs: ["A", "B"],
  shape: ({ A, B }) => arithmetic(A, B, onNumbers((a, b) => a !== 0 && b !== 0), "bool"),
  gradient: "zero",
});
