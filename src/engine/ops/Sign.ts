import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = -1, 0 or 1 by the sign of X; constant almost everywhere. ONNX Sign-13. */
export const Sign = defineOperator("Sign", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: "zero",
});
