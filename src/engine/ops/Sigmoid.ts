import { mul, square, sub } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = 1 / (1 + e^-X). ONNX Sigmoid-13. */
export const Sigmoid = defineOperator("Sigmoid", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, Y }) => mul(dY, sub(Y, square(Y))) },
});
