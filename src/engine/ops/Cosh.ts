import { mul } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = cosh X. ONNX Cosh-9. */
export const Cosh = defineOperator("Cosh", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, X, graph }) => mul(dY, graph.op("Sinh", [X])) },
});
