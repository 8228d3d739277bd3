import { mul, neg, square } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = 1 / X. ONNX Reciprocal-13. */
export const Reciprocal = defineOperator("Reciprocal", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, Y }) => neg(mul(dY, square(Y))) },
});
