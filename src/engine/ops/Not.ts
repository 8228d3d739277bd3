import { defineOperator } from "./defineOperator.js";

/** Y = not X, on bools. ONNX Not-1. */
export const Not = defineOperator("Not", {
  inputs: ["X"],
  shape: ({ X }) => [{ type: "bool", shape: X.shape, elements: X.elements?.map((x) => (x === null ? null : Number(x === 0))) }],
  gradient: "zero",
});
