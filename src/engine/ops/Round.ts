import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = the nearest integer, halves to even; constant almost everywhere. ONNX Round-11. */
export const Round = defineOperator("Round", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: "zero",
});
