import { defineOperator } from "./defineOperator.js";
import { arithmetic, onNumbers } from "./shapeRules.js";

/** Y = (A xor B), on bools. ONNX Xor-7. */
export const Xor = defineOperator("Xor", {
  inputs: ["A", "B"],
  shape: ({ A, B }) => arithmetic(A, B, onNumbers((a, b) => (a !== 0) !== (b !== 0)), "bool"),
  gradient: "zero",
});
