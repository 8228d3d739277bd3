import { mul } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = sin X. ONNX Sin-7. */
export const Sin = defineOperator("Sin", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, X, graph }) => mul(dY, graph.op("Cos", [X])) },
});
