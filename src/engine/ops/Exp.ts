import { mul } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = e^X. ONNX Exp-13. */
export const Exp = defineOperator("Exp", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, Y }) => mul(dY, Y) },
});
