import { reduceSum } from "../graph/functions.js";
import { axesOf } from "../graph/shapes.js";
import { defineOperator } from "./defineOperator.js";
import { throughForm } from "./equivalentForm.js";
import { absolutePower, root } from "./norms.js";
import { globallyPooled } from "./pooling.js";

/** Y = the p-norm of each channel, [N, C, 1, ...]. ONNX GlobalLpPool-2. */
export const GlobalLpPool = defineOperator("GlobalLpPool", {
  inputs: ["X"],
  shape: ({ X }) => globallyPooled(X),
  gradient: {
    X: (call) =>
      throughForm(call, ([x]) => {
        const p = call.int("p", 2);
        return x ? [root(reduceSum(absolutePower(x, p), axesOf(null, x.rank).slice(2), true), p)] : [];
      }),
  },
});
