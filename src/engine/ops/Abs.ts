import { mul, sign } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = |X|; slope 0 at 0. ONNX Abs-13. */
export const Abs = defineOperator("Abs", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, X }) => mul(dY, sign(X)) },
});
