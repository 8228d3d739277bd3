import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = X with its bits inverted. ONNX BitwiseNot-18. */
export const BitwiseNot = defineOperator("BitwiseNot", { inputs: ["X"], shape: ({ X }) => like(X), gradient: "zero" });
