import { div, equal, mul, scalarLike, where } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { unreduced } from "./reductions.js";
import { reduced } from "./shapeRules.js";

/** Y = the root of the sum of X^2 along axes; slope 0 where it is 0. ONNX ReduceL2-18. */
export const ReduceL2 = defineOperator("ReduceL2", {
  inputs: ["X", "axes?"],
  shape: (call) => reduced(call, call.X),
  gradient: {
    X: (call) => {
      const { dY, X, Y } = call;
      const factor = where(equal(Y, scalarLike(Y, 0)), scalarLike(Y, 0), div(dY, Y));
      return mul(X, unreduced(call, factor, X));
    },
    axes: "zero",
  },
});
