import { defineOperator } from "./defineOperator.js";
import { arithmetic, onNumbers } from "./shapeRules.js";

/** Y = (A > B). ONNX Greater-13. */
export const Greater = defineOperator("Greater", {
  inputs: ["A", "B"],
  shape: ({ A, B }) => arithmetic(A, B, onNumbers((a, b) => a > b), "bool"),
  gradient: "zero",
});
