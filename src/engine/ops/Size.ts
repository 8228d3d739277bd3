import { dimProduct } from "../graph/shapes.js";
import { defineOperator } from "./defineOperator.js";

/** Y = the number of elements of X. ONNX Size-21. */
export const Size = defineOperator("Size", {
  inputs: ["X"],
  shape: ({ X }) => [{ type: "int64", shape: [], elements: X.shape === null ? null : [dimProduct(X.shape)] }],
  gradient: "zero",
});
