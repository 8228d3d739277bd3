import { and, equal, greater, keepWhere, less, not, or } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = X, but at least min and at most max; slope 1 at the bounds. ONNX Clip-13. */
export const Clip = defineOperator("Clip", {
  inputs: ["X", "min?", "max?"],
  shape: ({ X }) => like(X),
  // X within the bounds is what comes through unchanged
  gradient: {
    X: ({ dY, X, Y }) => keepWhere(equal(X, Y), dY),
    // a minimum above the maximum gives way to it
    min: ({ dY, X, min, max }) => {
      if (min === null) return null;
      const below = less(X, min);
      return keepWhere(max === null ? below : and(below, not(greater(min, max))), dY);
    },
    max: ({ dY, X, min, max }) => {
      if (max === null) return null;
      const above = greater(X, max);
      return keepWhere(min === null ? above : or(above, greater(min, max)), dY);
    },
  },
});
