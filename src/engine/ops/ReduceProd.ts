import { cast, div, equal, mul, scalarLike, where } from "../graph/functions.js";
import { dimProduct } from "../graph/shapes.js";
import { defineOperator } from "./defineOperator.js";
import { summedAlike, unreduced } from "./reductions.js";
import { reduced } from "./shapeRules.js";

/** Y = the product of X along axes. ONNX ReduceProd-18. */
export const ReduceProd = defineOperator("ReduceProd", {
  inputs: ["X", "axes?"],
  shape: (call) => [{ ...reduced(call, call.X)[0], elements: call.X.elements === null || call.X.rank !== 1 ? null : [dimProduct(call.X.elements)] }],
  gradient: {
    // the product of the other elements: with one zero among them only that element has a slope, with two none
    X: (call) => {
      const { dY, X } = call;
      const zero = equal(X, scalarLike(X, 0));
      const zeros = unreduced(call, summedAlike(call, cast(zero, X.type)), X);
      const filled = where(zero, scalarLike(X, 1), X);
      const nonZeroProduct = unreduced(call, call.graph.op("ReduceProd", [filled, ...call.inputs.slice(1)], call.node.attributes), X);
      const others = where(equal(zeros, cast(zero, X.type)), div(nonZeroProduct, filled), scalarLike(X, 0));
      return mul(others, unreduced(call, dY, X));
    },
    axes: "zero",
  },
});
