import { exp, mul, sub } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { unreduced } from "./reductions.js";
import { reduced } from "./shapeRules.js";

/** Y = ln(sum of e^X along axes). ONNX ReduceLogSumExp-18. */
export const ReduceLogSumExp = defineOperator("ReduceLogSumExp", {
  inputs: ["X", "axes?"],
  shape: (call) => reduced(call, call.X),
  gradient: {
    X: (call) => {
      const { dY, X, Y } = call;
      return mul(exp(sub(X, unreduced(call, Y, X))), unreduced(call, dY, X));
    },
    axes: "zero",
  },
});
