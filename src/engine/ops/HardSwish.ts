import { greater, keepWhere, less, mul, scalarLike, scale, shift, where } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = X max(0, min(1, X/6 + 1/2)). ONNX HardSwish-14. */
export const HardSwish = defineOperator("HardSwish", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: {
    X: ({ dY, X }) => {
      const slope = where(less(X, scalarLike(X, 3)), shift(scale(X, 1 / 3), 0.5), scalarLike(X, 1));
      return keepWhere(greater(X, scalarLike(X, -3)), mul(dY, slope));
    },
  },
});
