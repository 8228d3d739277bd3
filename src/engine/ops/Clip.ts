import { equal, keepWhere } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = X, but at least min and at most max; slope 1 at the bounds. ONNX Clip-13. */
export const Clip = defineOperator("Clip", {
  inputs: ["X", "min?", "max?"],
  shape: ({ X }) => like(X),
  // X within the bounds is what comes through unchanged
  gradient: { X: ({ dY, X, Y }) => keepWhere(equal(X, Y), dY), min: "zero", max: "zero" },
});
