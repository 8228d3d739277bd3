import { defineOperator } from "./defineOperator.js";
import { arithmetic, onNumbers } from "./shapeRules.js";

/** Y = (A or B), on bools. ONNX Or-7. */
export const Or = defineOperator("Or", {
  inputs: ["A", "B"],
  shape: ({ A, B }) => arithmetic(A, B, onNumbers((a, b) => a !== 0 || b !== 0), "bool"),
  gradient: "zero",
});
