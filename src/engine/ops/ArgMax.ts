import { defineOperator } from "./defineOperator.js";
import { argReduced } from "./shapeRules.js";

/** Y = the place of the largest element along an axis. ONNX ArgMax-13. */
export const ArgMax = defineOperator("ArgMax", {
  inputs: ["X"],
  shape: (call) => argReduced(call, call.X),
  gradient: "zero",
});
