import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = X with the first elements along the time axis, as many as each example's length, in reverse. ONNX ReverseSequence-10. */
export const ReverseSequence = defineOperator("ReverseSequence", {
  inputs: ["X", "lengths"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, lengths, graph, node }) => graph.op("ReverseSequence", [dY, lengths], node.attributes), lengths: "zero" },
});
