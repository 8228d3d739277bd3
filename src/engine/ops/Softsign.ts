import { abs, div, shift, square } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = X / (1 + |X|). ONNX Softsign-1. */
export const Softsign = defineOperator("Softsign", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, X }) => div(dY, square(shift(abs(X), 1))) },
});
