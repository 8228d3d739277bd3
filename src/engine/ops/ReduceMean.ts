import { countOf, div, expandLike } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { unreduced } from "./reductions.js";
import { reduced } from "./shapeRules.js";

/** Y = the mean of X along axes. ONNX ReduceMean-18. */
export const ReduceMean = defineOperator("ReduceMean", {
  inputs: ["X", "axes?"],
  shape: (call) => reduced(call, call.X),
  gradient: {
    X: (call) => {
      const { dY, X, Y } = call;
      // how many elements went into each
      const count = div(countOf(X, null), countOf(Y, null));
      return expandLike(unreduced(call, div(dY, count), X), X);
    },
    axes: "zero",
  },
});
