import { mul, step } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = max(X, 0); slope 0 at 0. ONNX Relu-14. */
export const Relu = defineOperator("Relu", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, Y }) => mul(dY, step(Y)) },
});
