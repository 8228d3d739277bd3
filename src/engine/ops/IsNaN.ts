import { defineOperator } from "./defineOperator.js";

/** Y = whether X is not a number. ONNX IsNaN-20. */
export const IsNaN = defineOperator("IsNaN", {
  inputs: ["X"],
  shape: ({ X }) => [{ type: "bool", shape: X.shape }],
  gradient: "zero",
});
