import { mul, sign } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { unreduced } from "./reductions.js";
import { reduced } from "./shapeRules.js";

/** Y = the sum of |X| along axes. ONNX ReduceL1-18. */
export const ReduceL1 = defineOperator("ReduceL1", {
  inputs: ["X", "axes?"],
  shape: (call) => reduced(call, call.X),
  gradient: {
    X: (call) => {
      const { dY, X } = call;
      return mul(sign(X), unreduced(call, dY, X));
    },
    axes: "zero",
  },
});
