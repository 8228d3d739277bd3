import { mul, scale, shift, step } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = X where X > 0, else alpha X. ONNX LeakyRelu-16. */
export const LeakyRelu = defineOperator("LeakyRelu", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: {
    X: ({ dY, X, float }) => {
      const alpha = float("alpha", 0.01);
      return mul(dY, shift(scale(step(X), 1 - alpha), alpha));
    },
  },
});
