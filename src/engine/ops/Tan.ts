import { mul, shift, square } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = tan X. ONNX Tan-7. */
export const Tan = defineOperator("Tan", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, Y }) => mul(dY, shift(square(Y), 1)) },
});
