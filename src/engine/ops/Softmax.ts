import type { Tensor } from "../graph/builder.js";
import { keepWhere, mul, not, reduceSum, sub } from "../graph/functions.js";
import { isReadBy } from "../graph/readers.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = e^X / sum of e^X along the axis. ONNX Softmax-13. */
export const Softmax = defineOperator("Softmax", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: {
    X: ({ dY, Y, int }) => {
      const y = withoutLostRows(Y);
      return mul(y, sub(dY, reduceSum(mul(dY, y), [int("axis", -1)], true)));
    },
  },
});

/** Attention whose mask leaves a query nothing to look at gives NaN, which exporters replace by zeros afterwards: nothing flows back there. */
function withoutLostRows(y: Tensor): Tensor {
  return isReadBy("IsNaN", y) || isReadBy("Where", y) ? keepWhere(not(y.builder.op("IsNaN", [y])), y) : y;
}
