import { defineOperator } from "./defineOperator.js";
import { broadcast } from "./shapeRules.js";

/** Y = A exclusive-or B, bit by bit. ONNX BitwiseXor-18. */
export const BitwiseXor = defineOperator("BitwiseXor", { inputs: ["A", "B"], shape: ({ A, B }) => broadcast([A, B]), gradient: "zero" });
