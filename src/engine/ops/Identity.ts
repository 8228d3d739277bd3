import { defineOperator } from "./defineOperator.js";
import { unchanged } from "./shapeRules.js";

/** Y = X. ONNX Identity-21. */
export const Identity = defineOperator("Identity", {
  inputs: ["X"],
  shape: ({ X }) => unchanged(X),
  gradient: { X: ({ dY }) => dY },
});
