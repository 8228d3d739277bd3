import { div, exp, expandLike } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { unreduced } from "./reductions.js";
import { reduced } from "./shapeRules.js";

/** Y = ln(sum of X along axes). ONNX ReduceLogSum-18. */
export const ReduceLogSum = defineOperator("ReduceLogSum", {
  inputs: ["X", "axes?"],
  shape: (call) => reduced(call, call.X),
  gradient: {
    X: (call) => {
      const { dY, X, Y } = call;
      return expandLike(unreduced(call, div(dY, exp(Y)), X), X);
    },
    axes: "zero",
  },
});
