import { defineOperator } from "./defineOperator.js";

/** Y = whether X is infinite. ONNX IsInf-20. */
export const IsInf = defineOperator("IsInf", {
  inputs: ["X"],
  shape: ({ X }) => [{ type: "bool", shape: X.shape }],
  gradient: "zero",
});
