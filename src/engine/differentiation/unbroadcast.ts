import type { Tensor } from "../graph/builder.js";
import { gemm, reduceSum, reshape, reshapeLike, shapeOf } from "../graph/functions.js";
import { isStatic, sameDim, sameShape } from "../graph/shapes.js";
import { tensorOf, type NumericType } from "../graph/tensorData.js";
import type { Dim, Shape } from "../graph/types.js";

/**
 * The gradient summed over the axes along which `value` was repeated by broadcasting, in one reduction. Where the dimensions do
 * not tell while building, they are compared while running; `alone` says that the operator had no other input to broadcast with.
 */
export function unbroadcast(gradient: Tensor, value: Tensor, alone = false): Tensor {
  if (sameShape(gradient.shape, value.shape)) return gradient;
  if (gradient.shape === null || value.shape === null) return alone ? gradient : unbroadcastWhileRunning(gradient, value);
  const added = gradient.rank - value.rank;
  const axes: number[] = [];
  for (const [axis, dim] of gradient.shape.entries()) {
    const own = axis < added ? 1 : value.shape[axis - added];
    const verdict = axis < added ? "sum" : repetition(dim, own);
    if (verdict === "unknown") return alone ? gradient : unbroadcastWhileRunning(gradient, value);
    if (verdict === "sum") axes.push(axis);
  }
  if (axes.length === 0) return gradient;
  return reshapeLike(sumRows(gradient, axes) ?? reduceSum(gradient, axes), value);
}

/** Whether a dimension of the gradient is the value's own, or a repetition of its single element. */
function repetition(gradient: Dim, own: Dim): "keep" | "sum" | "unknown" {
  if (sameDim(gradient, own)) return "keep";
  if (own === 1) return "sum";
  // two numbers that differ are a wrong rule, which the caller names
  return typeof own === "number" ? "keep" : "unknown";
}

/** The sum over the rows of a matrix as a product with a row of ones, the fastest form measured on the CPU provider; null elsewhere. */
function sumRows(gradient: Tensor, axes: readonly number[]): Tensor | null {
  const shape: Shape | null = gradient.shape;
  if (!isStatic(shape) || shape.length !== 2 || axes.length !== 1 || axes[0] !== 0 || shape[0] < 2) return null;
  const { builder, type } = gradient;
  const ones = type === "float32" ? builder.filled([1, shape[0]], 1) : builder.constant(tensorOf(type as NumericType, [1, shape[0]], Array.from({ length: shape[0] }, () => 1)));
  return gemm(ones, gradient);
}

/** The value's dimensions, with ones in front, tell which axes to sum. */
function unbroadcastWhileRunning(gradient: Tensor, value: Tensor): Tensor {
  const g = gradient.builder;
  const wanted = shapeOf(value);
  const given = g.op("Shape", [gradient]);
  const missing = g.op("Sub", [g.op("Shape", [given]), g.op("Shape", [wanted])]);
  const ones = g.op("ConstantOfShape", [missing], { value: tensorOf("int64", [1], [1]) });
  const repeated = g.op("Not", [g.op("Equal", [given, g.op("Concat", [ones, wanted], { axis: 0 })])]);
  const axes = reshape(g.op("NonZero", [repeated]), [-1]);
  const summed = g.op("ReduceSum", [gradient, axes], { keepdims: 1, noop_with_empty_axes: 1 });
  return reshape(summed, wanted);
}
