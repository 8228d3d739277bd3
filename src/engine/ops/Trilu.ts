import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = the upper or lower triangle of each matrix of X, the rest 0. ONNX Trilu-14. */
export const Trilu = defineOperator("Trilu", {
  inputs: ["X", "k?"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, k, graph, node }) => graph.op("Trilu", [dY, k], node.attributes), k: "zero" },
});
