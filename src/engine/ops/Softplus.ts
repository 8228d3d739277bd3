import { mul, sigmoid } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = ln(1 + e^X). ONNX Softplus-1. */
export const Softplus = defineOperator("Softplus", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, X }) => mul(dY, sigmoid(X)) },
});
