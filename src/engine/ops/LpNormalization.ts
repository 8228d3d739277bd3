import { div, greater, keepWhere, reduce, scalarLike, where } from "../graph/functions.js";
import { axisOf } from "../graph/shapes.js";
import { defineOperator } from "./defineOperator.js";
import { throughForm } from "./equivalentForm.js";
import { like } from "./shapeRules.js";

/** Y = X / its 1- or 2-norm along an axis. ONNX LpNormalization-1. */
export const LpNormalization = defineOperator("LpNormalization", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: {
    X: (call) =>
      throughForm(call, ([x]) => {
        if (!x) return [];
        const norm = reduce(call.int("p", 2) === 1 ? "ReduceL1" : "ReduceL2", x, [axisOf(call.int("axis", -1), x.rank)], true);
        // zeros stay zeros, without a slope
        const positive = greater(norm, scalarLike(norm, 0));
        return [keepWhere(positive, div(x, where(positive, norm, scalarLike(norm, 1))))];
      }),
  },
});
