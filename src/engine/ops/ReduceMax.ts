import { cast, div, equal, mul } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { summedAlike, unreduced } from "./reductions.js";
import { reduced } from "./shapeRules.js";

/** Y = the largest element of X along axes; elements that tie share the gradient. ONNX ReduceMax-20. */
export const ReduceMax = defineOperator("ReduceMax", {
  inputs: ["X", "axes?"],
  shape: (call) => reduced(call, call.X),
  gradient: {
    X: (call) => {
      const { dY, X, Y } = call;
      const chosen = cast(equal(X, unreduced(call, Y, X)), X.type);
      const ties = summedAlike(call, chosen);
      return mul(chosen, unreduced(call, div(dY, ties), X));
    },
    axes: "zero",
  },
});
