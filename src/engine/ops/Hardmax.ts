import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = 1 at the first largest element along an axis, else 0. ONNX Hardmax-13. */
export const Hardmax = defineOperator("Hardmax", { inputs: ["X"], shape: ({ X }) => like(X), gradient: "zero" });
