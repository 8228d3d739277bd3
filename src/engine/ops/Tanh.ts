import { mul, neg, shift, square } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = tanh X. ONNX Tanh-13. */
export const Tanh = defineOperator("Tanh", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, Y }) => mul(dY, shift(neg(square(Y)), 1)) },
});
