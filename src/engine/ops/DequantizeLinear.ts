import { axesOf, axisOf } from "../graph/shapes.js";
import type { Tensor } from "../graph/builder.js";
import { cast, gather, mul, pad, reduceSum, reshape, sub } from "../graph/functions.js";
import { tensorOf } from "../graph/tensorData.js";
import { defineOperator, type GradientContext } from "./defineOperator.js";

/** Y = (X - zero) scale, for all of X, by position along an axis, or by block along it. ONNX DequantizeLinear-21. */
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
  const block = int("block_size", 0);
  if (block > 0) return blockedGradient(mul(dY, zero === null ? whole : from(overBlocks(zero, X, axis, block))), scale, axis, block);
  const along = axesOf(null, X.rank).map((other) => (other === axis ? -1 : 1));
  const others = axesOf(null, X.rank).filter((other) => other !== axis);
  return reduceSum(mul(dY, zero === null ? whole : from(reshape(zero, along))), others);
}

/** One element a block repeated over the positions of X along the axis. */
function overBlocks(x: Tensor, whole: Tensor, axis: number, block: number): Tensor {
  const places = Array.from({ length: whole.dims[axis] }, (_, i) => Math.floor(i / block));
  return gather(x, x.builder.constant(tensorOf("int64", [places.length], places)), axis);
}

/** Terms summed over the positions of each block; the last block may be shorter. */
function blockedGradient(terms: Tensor, scale: Tensor, axis: number, block: number): Tensor {
  const blocks = scale.dims[axis];
  const missing = terms.dims.map((dim, i) => (i === axis ? blocks * block - dim : 0));
  const full = pad(terms, [...terms.dims.map(() => 0), ...missing]);
  return reduceSum(reshape(full, full.dims.toSpliced(axis, 1, blocks, block)), [axis + 1]);
}
