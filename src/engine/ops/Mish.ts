import { add, mul, neg, shift, sigmoid, square, tanh } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = X tanh(ln(1 + e^X)). ONNX Mish-18. */
export const Mish = defineOperator("Mish", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: {
    X: ({ dY, X, graph }) => {
      const t = tanh(graph.op("Softplus", [X]));
      return mul(dY, add(t, mul(mul(X, sigmoid(X)), shift(neg(square(t)), 1))));
    },
  },
});
