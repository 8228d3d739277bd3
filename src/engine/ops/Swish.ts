import { add, mul, scale, sigmoid, sub } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = X sigmoid(alpha X). ONNX Swish-24. */
export const Swish = defineOperator("Swish", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: {
    // s + alpha X s (1 - s), with s the sigmoid
    X: ({ dY, X, float }) => {
      const scaled = scale(X, float("alpha", 1));
      const s = sigmoid(scaled);
      const y = mul(scaled, s);
      return mul(dY, add(s, sub(y, mul(y, s))));
    },
  },
});
