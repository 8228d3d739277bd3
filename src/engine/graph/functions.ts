/**
 * The functions that gradient rules and training graphs are written in: each appends one operator (or none, where the
 * result is already there) and returns its output. They find the graph through their tensors: the innermost one.
 */
import type { AttributeInput, GraphBuilder, Tensor } from "./builder.js";
import { float } from "./builder.js";
import { axesOf, isStatic, sameShape } from "./shapes.js";
import { numbersOf, type NumericType } from "./tensorData.js";
import type { DataType } from "./types.js";

/** The innermost graph among those of the tensors: where an operation on all of them belongs. */
export function graphOf(...tensors: readonly (Tensor | null)[]): GraphBuilder {
  const builders = tensors.flatMap((t) => (t === null ? [] : [t.builder]));
  return builders.reduce((a, b) => (depth(b) > depth(a) ? b : a));
}

function depth(builder: GraphBuilder): number {
  return builder.parent === null ? 0 : 1 + depth(builder.parent);
}

function call(op: string, inputs: readonly (Tensor | null)[], attributes: Readonly<Record<string, AttributeInput>> = {}): Tensor {
  return graphOf(...inputs).op(op, inputs, attributes);
}

/** A scalar constant of x's type. */
export function scalarLike(x: Tensor, value: number): Tensor {
  return x.builder.scalar(value, x.type as NumericType);
}

/** True for a constant all of whose elements are `value` and whose shape does not enlarge x by broadcasting. */
function isNeutral(constant: Tensor, value: number, x: Tensor): boolean {
  const { constant: data } = constant;
  if (data === null || data.type === "string" || data.data.length > 64 || !numbersOf(data).every((e) => e === value)) return false;
  return data.dims.length === 0 || sameShape(constant.shape, x.shape) || (data.data.length === 1 && x.shape !== null && x.rank >= data.dims.length);
}

/** Tensors that are repetitions of smaller ones, so that arithmetic can take the smaller one and let it broadcast. */
const repeatedFrom = new WeakMap<Tensor, Tensor>();

type Arithmetic = "Add" | "Sub" | "Mul" | "Div";

const compute: Readonly<Record<Arithmetic, (a: number, b: number) => number>> = { Add: (a, b) => a + b, Sub: (a, b) => a - b, Mul: (a, b) => a * b, Div: (a, b) => a / b };

/** Two known scalars are computed at once; an operand that was repeated to the shape of the other goes in unrepeated. */
function arithmetic(op: Arithmetic, a: Tensor, b: Tensor): Tensor {
  const [x, y] = [knownScalar(a), knownScalar(b)];
  if (x !== null && y !== null) return graphOf(a, b).scalar(Math.fround(compute[op](x, y)), a.type as NumericType);
  const [left, right] = [repeatedFrom.get(a), repeatedFrom.get(b)];
  if (left !== undefined && b.shape?.length === 0) return repeatedLike(arithmetic(op, left, b), a);
  if (left !== undefined && sameShape(a.shape, b.shape)) return arithmetic(op, left, b);
  if (right !== undefined && sameShape(a.shape, b.shape)) return arithmetic(op, a, right);
  return call(op, [a, b]);
}

function knownScalar(x: Tensor): number | null {
  return x.type === "float32" && x.constant?.dims.length === 0 ? numbersOf(x.constant)[0] : null;
}

export function add(a: Tensor, b: Tensor): Tensor {
  if (isNeutral(b, 0, a)) return a;
  return isNeutral(a, 0, b) ? b : arithmetic("Add", a, b);
}

export function sub(a: Tensor, b: Tensor): Tensor {
  return isNeutral(b, 0, a) ? a : arithmetic("Sub", a, b);
}

export function mul(a: Tensor, b: Tensor): Tensor {
  if (isNeutral(b, 1, a)) return a;
  return isNeutral(a, 1, b) ? b : arithmetic("Mul", a, b);
}

export function div(a: Tensor, b: Tensor): Tensor {
  return isNeutral(b, 1, a) ? a : arithmetic("Div", a, b);
}

/** x times a number. */
export function scale(x: Tensor, factor: number): Tensor {
  return factor === -1 ? neg(x) : mul(x, scalarLike(x, factor));
}

/** x plus a number. */
export function shift(x: Tensor, offset: number): Tensor {
  return add(x, scalarLike(x, offset));
}

/** -x. */
export function neg(x: Tensor): Tensor {
  return knownScalar(x) !== null || repeatedFrom.has(x) ? mul(x, scalarLike(x, -1)) : call("Neg", [x]);
}


export const exp = (x: Tensor): Tensor => call("Exp", [x]);
export const log = (x: Tensor): Tensor => call("Log", [x]);
export const sqrt = (x: Tensor): Tensor => call("Sqrt", [x]);
export const abs = (x: Tensor): Tensor => call("Abs", [x]);
export const sign = (x: Tensor): Tensor => call("Sign", [x]);
export const tanh = (x: Tensor): Tensor => call("Tanh", [x]);
export const sigmoid = (x: Tensor): Tensor => call("Sigmoid", [x]);
export const erf = (x: Tensor): Tensor => call("Erf", [x]);
export const reciprocal = (x: Tensor): Tensor => call("Reciprocal", [x]);
export const square = (x: Tensor): Tensor => call("Mul", [x, x]);
export const pow = (x: Tensor, exponent: Tensor): Tensor => call("Pow", [x, exponent]);
export const greater = (a: Tensor, b: Tensor): Tensor => call("Greater", [a, b]);
export const less = (a: Tensor, b: Tensor): Tensor => call("Less", [a, b]);
export const equal = (a: Tensor, b: Tensor): Tensor => call("Equal", [a, b]);
export const not = (a: Tensor): Tensor => call("Not", [a]);
export const and = (a: Tensor, b: Tensor): Tensor => call("And", [a, b]);
export const or = (a: Tensor, b: Tensor): Tensor => call("Or", [a, b]);
export const where = (condition: Tensor, yes: Tensor, no: Tensor): Tensor => call("Where", [condition, yes, no]);
export const matMul = (a: Tensor, b: Tensor): Tensor => call("MatMul", [a, b]);
export const softmax = (x: Tensor, axis: number): Tensor => call("Softmax", [x], { axis });
export const logSoftmax = (x: Tensor, axis: number): Tensor => call("LogSoftmax", [x], { axis });

/** x where the condition holds, else 0. */
export function keepWhere(condition: Tensor, x: Tensor): Tensor {
  return where(condition, x, scalarLike(x, 0));
}

/**
 * 1 where x > 0, else 0, in x's type. For float32 this is a steep HardSigmoid, the fastest mask measured on the CPU
 * provider; x below 1e-38 counts as partly positive there. NaN gives 0 or NaN.
 */
export function step(x: Tensor): Tensor {
  if (x.type === "float32") return call("HardSigmoid", [x], { alpha: float(3e38), beta: float(0) });
  return cast(greater(x, scalarLike(x, 0)), x.type);
}

const typeNumbers: Readonly<Record<DataType, number>> = {
  float32: 1, uint8: 2, int8: 3, uint16: 4, int16: 5, int32: 6, int64: 7, string: 8, bool: 9, float16: 10, float64: 11, uint32: 12, uint64: 13, bfloat16: 16,
};

/** x with its elements converted. */
export function cast(x: Tensor, type: DataType): Tensor {
  return x.type === type ? x : call("Cast", [x], { to: typeNumbers[type] });
}

/** Y = alpha A' B' + beta C, transposed by flags; A and B of two dimensions. */
export function gemm(
  a: Tensor,
  b: Tensor,
  options: { readonly transA?: boolean; readonly transB?: boolean; readonly alpha?: number; readonly c?: Tensor; readonly beta?: number } = {},
): Tensor {
  const attributes: Record<string, AttributeInput> = {};
  if (options.transA) attributes.transA = 1;
  if (options.transB) attributes.transB = 1;
  if (options.alpha !== undefined && options.alpha !== 1) attributes.alpha = float(options.alpha);
  if (options.beta !== undefined && options.beta !== 1) attributes.beta = float(options.beta);
  return call("Gemm", options.c === undefined ? [a, b] : [a, b, options.c], attributes);
}

/** Dimensions in another order: output axis i is input axis `perm[i]`. */
export function transpose(x: Tensor, perm: readonly number[]): Tensor {
  return perm.every((axis, i) => axis === i) ? x : call("Transpose", [x], { perm });
}

/** The last two dimensions exchanged. Throws `shape-unknown` without a rank. */
export function transposeLast(x: Tensor): Tensor {
  const axes = axesOf(null, x.rank);
  return transpose(x, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
}

/** The shape as an int64 vector: a constant where it is known. */
export function shapeOf(x: Tensor): Tensor {
  return isStatic(x.shape) ? x.builder.ints(x.shape) : call("Shape", [x]);
}

/** One dimension as an int64 vector of one element. */
export function dimOf(x: Tensor, axis: number): Tensor {
  const dim = x.shape?.at(axis);
  return typeof dim === "number" ? x.builder.ints([dim]) : gather(call("Shape", [x]), x.builder.ints([axis]), 0);
}

/** The number of elements along these axes (null: all) as a scalar of x's type. */
export function countOf(x: Tensor, axes: readonly number[] | null): Tensor {
  const dims = x.shape === null ? [null] : axesOf(axes, x.rank).map((axis) => (x.shape as readonly unknown[])[axis]);
  if (dims.every((dim) => typeof dim === "number")) return scalarLike(x, (dims as number[]).reduce((a, b) => a * b, 1));
  const shape = call("Shape", [x]);
  const chosen = axes === null ? shape : gather(shape, x.builder.ints(axesOf(axes, x.rank)), 0);
  return cast(call("ReduceProd", [chosen], { keepdims: 0 }), x.type);
}

/** The same elements in another shape: numbers (one may be -1) or a shape computed while running. */
export function reshape(x: Tensor, shape: readonly number[] | Tensor): Tensor {
  if ("builder" in shape) return call("Reshape", [x, shape]);
  return sameShape(x.shape, shape) ? x : call("Reshape", [x, x.builder.ints(shape)]);
}

/** x in the shape of another tensor with as many elements. */
export function reshapeLike(x: Tensor, other: Tensor): Tensor {
  if (sameShape(x.shape, other.shape)) return x;
  if (other.shape !== null && !other.shape.includes(0)) {
    // one dimension that is not known while building is what remains
    const dims = other.shape.map((dim) => (typeof dim === "number" ? dim : -1));
    if (dims.filter((dim) => dim === -1).length <= 1) return graphOf(x, other).op("Reshape", [x, x.builder.ints(dims)]);
  }
  return call("Reshape", [x, shapeOf(other)]);
}

/** x repeated by broadcasting to the shape of another tensor. */
export function expandLike(x: Tensor, other: Tensor): Tensor {
  return sameShape(x.shape, other.shape) ? x : repeatedLike(x, other);
}

function repeatedLike(x: Tensor, other: Tensor): Tensor {
  const repeated = call("Expand", [x, shapeOf(other)]);
  repeatedFrom.set(repeated, x);
  return repeated;
}

/** A dimension of one at each of these axes of the result. */
export function unsqueeze(x: Tensor, axes: readonly number[] | Tensor): Tensor {
  if ("builder" in axes) return call("Unsqueeze", [x, axes]);
  return axes.length === 0 ? x : call("Unsqueeze", [x, x.builder.ints(axes)]);
}

/** x without these axes, which have one element. */
export function squeeze(x: Tensor, axes: readonly number[]): Tensor {
  return axes.length === 0 ? x : call("Squeeze", [x, x.builder.ints(axes)]);
}

type Reduction = "ReduceSum" | "ReduceMean" | "ReduceMax" | "ReduceMin" | "ReduceProd" | "ReduceSumSquare" | "ReduceL1" | "ReduceL2";

/** Any reduction over these axes, null for all, as the graph's opset wants it written. */
export function reduce(op: Reduction, x: Tensor, axes: readonly number[] | null, keepDims = false): Tensor {
  if (axes?.length === 0) return x;
  const keepdims = keepDims ? 1 : 0;
  if (axes === null) return call(op, [x], { keepdims });
  // axes became an input with opset 13 for ReduceSum and with 18 for the others
  return op === "ReduceSum" || x.builder.opset >= 18 ? call(op, [x, x.builder.ints(axes)], { keepdims }) : call(op, [x], { keepdims, axes });
}

export const reduceSum = (x: Tensor, axes: readonly number[] | null, keepDims = false): Tensor => reduce("ReduceSum", x, axes, keepDims);
export const reduceMean = (x: Tensor, axes: readonly number[] | null, keepDims = false): Tensor => reduce("ReduceMean", x, axes, keepDims);
export const reduceMax = (x: Tensor, axes: readonly number[] | null, keepDims = false): Tensor => reduce("ReduceMax", x, axes, keepDims);

/** Elements `start`, `start + step`, ... before `end` of each axis. */
export function slice(x: Tensor, starts: readonly number[], ends: readonly number[], axes: readonly number[], steps: readonly number[] = axes.map(() => 1)): Tensor {
  const g = x.builder;
  return call("Slice", [x, g.ints(starts), g.ints(ends), g.ints(axes), g.ints(steps)]);
}

export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  return tensors.length === 1 ? tensors[0] : call("Concat", tensors, { axis });
}

/** Parts of these sizes along an axis; sizes as numbers or an int64 vector. */
export function split(x: Tensor, sizes: readonly number[] | Tensor, axis: number, count: number): Tensor[] {
  const lengths = "builder" in sizes ? sizes : x.builder.ints(sizes);
  return graphOf(x, lengths).ops("Split", [x, lengths], { axis }, { outputs: count });
}

export function gather(x: Tensor, indices: Tensor, axis: number): Tensor {
  return call("Gather", [x, indices], { axis });
}

/** x with zeros around: `pads` holds what goes before each dimension, then what goes after; negative ones crop. */
export function pad(x: Tensor, pads: readonly number[]): Tensor {
  return pads.every((p) => p === 0) ? x : call("Pad", [x, x.builder.ints(pads)]);
}

/** A tensor of x's type and shape, all zeros. */
export function zerosLike(x: Tensor): Tensor {
  return filledLike(x, 0);
}

/** A tensor of x's type and shape, all ones. */
export function onesLike(x: Tensor): Tensor {
  return filledLike(x, 1);
}

function filledLike(x: Tensor, value: number): Tensor {
  return x.shape?.length === 0 ? scalarLike(x, value) : repeatedLike(scalarLike(x, value), x);
}

/** 0, 1, ... up to the number of elements of x, as an int64 tensor of x's shape: each element's place. */
export function placesLike(x: Tensor): Tensor {
  const g = x.builder;
  const count = isStatic(x.shape) ? g.constant({ type: "int64", dims: [], data: BigInt64Array.of(BigInt(x.shape.reduce((a, b) => a * b, 1))) }) : call("Size", [x]);
  const zero = g.scalar(0, "int64");
  return reshapeLike(call("Range", [zero, count, g.scalar(1, "int64")]), x);
}

/** `values` added to `into` at indices as the operator takes them; in float32 for the half types, for which ONNX Runtime's CPU provider adds nothing. */
export function scatterAdd(op: "ScatterElements" | "ScatterND", into: Tensor, indices: Tensor, values: Tensor, attributes: Readonly<Record<string, AttributeInput>> = {}): Tensor {
  const type = into.type === "float16" || into.type === "bfloat16" ? "float32" : into.type;
  return cast(call(op, [cast(into, type), indices, cast(values, type)], { ...attributes, reduction: "add" }), into.type);
}

/** Zeros in the shape of x with `values` added at `places` (as of `placesLike`): the transpose of picking elements. */
export function addAtPlaces(x: Tensor, places: Tensor, values: Tensor): Tensor {
  const flat = [-1];
  const zeros = reshape(zerosLike(x), flat);
  return reshapeLike(scatterAdd("ScatterElements", zeros, reshape(places, flat), reshape(values, flat), { axis: 0 }), x);
}
