import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = the largest integer up to X; constant almost everywhere. ONNX Floor-13. */
export const Floor = defineOperator("Floor", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: "zero",
});
