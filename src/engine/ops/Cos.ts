import { mul, neg } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = cos X. ONNX Cos-7. */
export const Cos = defineOperator("Cos", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, X, graph }) => neg(mul(dY, graph.op("Sin", [X]))) },
});
