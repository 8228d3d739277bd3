import { mul, scale } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { unreduced } from "./reductions.js";
import { reduced } from "./shapeRules.js";

/** Y = the sum of X^2 along axes. ONNX ReduceSumSquare-18. */
export const ReduceSumSquare = defineOperator("ReduceSumSquare", {
  inputs: ["X", "axes?"],
  shape: (call) => reduced(call, call.X),
  gradient: {
    X: (call) => {
      const { dY, X } = call;
      return mul(scale(X, 2), unreduced(call, dY, X));
    },
    axes: "zero",
  },
});
