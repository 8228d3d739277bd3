import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = the running sum of X along an axis. ONNX CumSum-14. */
export const CumSum = defineOperator("CumSum", {
  inputs: ["X", "axis"],
  shape: ({ X }) => like(X),
  gradient: {
    // what comes after sums up to what comes before, so the gradient runs the other way
    X: ({ dY, axis, graph, int }) => graph.op("CumSum", [dY, axis], { exclusive: int("exclusive", 0), reverse: 1 - int("reverse", 0) }),
    axis: "zero",
  },
});
