import type { Tensor } from "../graph/builder.js";
import { cast, div, equal, mul, scalarLike, where } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = the running product of X along an axis. ONNX CumProd-26. */
export const CumProd = defineOperator("CumProd", {
  inputs: ["X", "axis"],
  shape: ({ X }) => like(X),
  gradient: {
    // sum over the later products of each with this factor left out: with one zero among its factors only that one has a slope
    X: ({ dY, X, axis, graph, node, int }) => {
      const sums = (x: Tensor, reverse: number): Tensor => graph.op("CumSum", [x, axis], { exclusive: int("exclusive", 0), reverse });
      const later = (x: Tensor): Tensor => sums(x, 1 - int("reverse", 0));
      const zero = equal(X, scalarLike(X, 0));
      const filled = where(zero, scalarLike(X, 1), X);
      const zeros = sums(cast(zero, X.type), int("reverse", 0));
      const weighted = mul(dY, graph.op("CumProd", [filled, axis], node.attributes));
      const withZeros = (count: number): Tensor => later(where(equal(zeros, scalarLike(X, count)), weighted, scalarLike(X, 0)));
      return div(where(zero, withZeros(1), withZeros(0)), filled);
    },
    axis: "zero",
  },
});
