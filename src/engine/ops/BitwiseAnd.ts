import { defineOperator } from "./defineOperator.js";
import { broadcast } from "./shapeRules.js";

/** Y = A and B, bit by bit. ONNX BitwiseAnd-18. */
export const BitwiseAnd = defineOperator("BitwiseAnd", { inputs: ["A", "B"], shape: ({ A, B }) => broadcast([A, B]), gradient: "zero" });
