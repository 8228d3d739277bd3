import { axesOf, axisOf } from "../graph/shapes.js";
import type { Tensor } from "../graph/builder.js";
import { cast, mul, reduceSum, reshape, sub } from "../graph/functions.js";
import { defineOperator, type GradientContext } from "./defineOperator.js";

/** Y = (X - zero) scale, for all of X or by position along an axis. ONNX DequantizeLinear-21. */
export const DequantizeLinear = defineOperator("DequantizeLinear", {
  inputs: ["X", "scale", "zero?"],
  shape: ({ X, scale }) => [{ type: scale.type, shape: X.shape }],
  gradient: { X: "zero", scale: scaleGradient, zero: "zero" },
});

function scaleGradient(call: GradientContext & { readonly X: Tensor; readonly scale: Tensor; readonly zero: Tensor | null; readonly dY: Tensor }): Tensor | null {
  const { X, scale, zero, dY, int } = call;
  const whole = cast(X, scale.type);
  const from = (origin: Tensor): Tensor => sub(whole, cast(origin, scale.type));
  if (scale.rank === 0) return reduceSum(mul(dY, zero === null ? whole : from(zero)), null);
  const axis = axisOf(int("axis", 1), X.rank);
  const along = axesOf(null, X.rank).map((other) => (other === axis ? -1 : 1));
  const others = axesOf(null, X.rank).filter((other) => other !== axis);
  return reduceSum(mul(dY, zero === null ? whole : from(reshape(zero, along))), others);
}
