import { mul } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = sinh X. ONNX Sinh-9. */
export const Sinh = defineOperator("Sinh", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, X, graph }) => mul(dY, graph.op("Cosh", [X])) },
});
