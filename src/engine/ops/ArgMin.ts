import { defineOperator } from "./defineOperator.js";
import { argReduced } from "./shapeRules.js";

/** Y = the place of the smallest element along an axis. ONNX ArgMin-13. */
export const ArgMin = defineOperator("ArgMin", {
  inputs: ["X"],
  shape: (call) => argReduced(call, call.X),
  gradient: "zero",
});
