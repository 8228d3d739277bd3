import { exp, mul, neg, scale, square } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = 2/sqrt(pi) times the integral of e^(-t^2) from 0 to X. ONNX Erf-13. */
export const Erf = defineOperator("Erf", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, X }) => mul(dY, scale(exp(neg(square(X))), 2 / Math.sqrt(Math.PI))) },
});
