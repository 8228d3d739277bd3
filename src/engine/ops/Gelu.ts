import type { Tensor } from "../graph/builder.js";
import { add, erf, exp, mul, neg, scale, shift, square, tanh } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = X P(N <= X) for a standard normal N, or its approximation by tanh. ONNX Gelu-20. */
export const Gelu = defineOperator("Gelu", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, X, text }) => mul(dY, text("approximate", "none") === "tanh" ? tanhSlope(X) : exactSlope(X)) },
});

/** P(N <= X) + X density(X). */
function exactSlope(X: Tensor): Tensor {
  const probability = shift(scale(erf(scale(X, Math.SQRT1_2)), 0.5), 0.5);
  const density = scale(exp(scale(square(X), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return add(probability, mul(X, density));
}

/** Slope of X (1 + tanh u) / 2 with u = sqrt(2/pi) (X + 0.044715 X^3). */
function tanhSlope(X: Tensor): Tensor {
  const factor = Math.sqrt(2 / Math.PI);
  const squared = square(X);
  const t = tanh(mul(scale(X, factor), shift(scale(squared, 0.044715), 1)));
  const innerSlope = shift(scale(squared, 3 * 0.044715 * factor), factor);
  return add(shift(scale(t, 0.5), 0.5), mul(scale(X, 0.5), mul(shift(neg(square(t)), 1), innerSlope)));
}
