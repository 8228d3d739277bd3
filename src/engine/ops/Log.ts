import { div } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = ln X. ONNX Log-13. */
export const Log = defineOperator("Log", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, X }) => div(dY, X) },
});
