import { defineOperator } from "./defineOperator.js";
import { broadcast } from "./shapeRules.js";

/** Y = A or B, bit by bit. ONNX BitwiseOr-18. */
export const BitwiseOr = defineOperator("BitwiseOr", { inputs: ["A", "B"], shape: ({ A, B }) => broadcast([A, B]), gradient: "zero" });
