import { div, shift, sqrt, square } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = arcosh X. ONNX Acosh-9. */
export const Acosh = defineOperator("Acosh", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, X }) => div(dY, sqrt(shift(square(X), -1))) },
});
