import { defineOperator } from "./defineOperator.js";
import { broadcast } from "./shapeRules.js";

/** Y = A shifted by B bits. ONNX BitShift-11. */
export const BitShift = defineOperator("BitShift", { inputs: ["A", "B"], shape: ({ A, B }) => broadcast([A, B]), gradient: "zero" });
