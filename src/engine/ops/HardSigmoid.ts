import { and, greater, keepWhere, less, scalarLike, scale } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = max(0, min(1, alpha X + beta)). ONNX HardSigmoid-6. */
export const HardSigmoid = defineOperator("HardSigmoid", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: {
    X: ({ dY, Y, float }) => keepWhere(and(greater(Y, scalarLike(Y, 0)), less(Y, scalarLike(Y, 1))), scale(dY, float("alpha", 0.2))),
  },
});
