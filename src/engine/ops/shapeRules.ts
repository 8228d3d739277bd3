/** Shape rules that several operators share, and the folding of shape arithmetic. */
import type { InferredOutput, Tensor } from "../graph/builder.js";
import { axesOf, axisOf, broadcastShape } from "../graph/shapes.js";
import type { DataType, Dim, Shape } from "../graph/types.js";
import type { Call } from "./defineOperator.js";

/** One output like this input. */
export function like(x: Tensor): readonly InferredOutput[] {
  return [{ type: x.type, shape: x.shape }];
}

/** One output that is this input, elements and all. */
export function unchanged(x: Tensor): readonly InferredOutput[] {
  return [{ type: x.type, shape: x.shape, constant: x.constant, elements: x.elements }];
}

/** One output of the inputs' common shape after broadcasting. */
export function broadcast(inputs: readonly Tensor[], type: DataType = inputs[0].type): readonly InferredOutput[] {
  return [{ type, shape: commonShape(inputs) }];
}

/** The inputs' common shape after broadcasting. */
export function commonShape(inputs: readonly Tensor[]): Shape | null {
  return inputs.map((x) => x.shape).reduce(broadcastShape);
}

/** Broadcast arithmetic of two inputs, followed through shape arithmetic by `fold`. */
export function arithmetic(a: Tensor, b: Tensor, fold: (a: Dim, b: Dim) => Dim, type: DataType = a.type): readonly InferredOutput[] {
  return [{ type, shape: commonShape([a, b]), elements: foldPairs(a, b, fold) }];
}

/** A fold that only works on numbers. */
export function onNumbers(fold: (a: number, b: number) => number | boolean): (a: Dim, b: Dim) => Dim {
  return (a, b) => (typeof a === "number" && typeof b === "number" ? Number(fold(a, b)) : null);
}

function foldPairs(a: Tensor, b: Tensor, fold: (a: Dim, b: Dim) => Dim): Shape | null {
  if (a.elements === null || b.elements === null) return null;
  const [left, right] = [a.elements, b.elements];
  if (left.length !== right.length && left.length !== 1 && right.length !== 1) return null;
  return Array.from({ length: left.length === 1 ? right.length : left.length }, (_, i) => fold(left[left.length === 1 ? 0 : i], right[right.length === 1 ? 0 : i]));
}

/** Dimensions that a shape input asks for; null where its length is unknown. */
export function requestedShape(shape: Tensor): Shape | null {
  if (shape.elements !== null) return shape.elements.map((dim) => (typeof dim === "number" && dim < 0 ? null : dim));
  const length = shape.shape?.[0];
  return typeof length === "number" ? Array.from({ length }, () => null) : null;
}

/** Integers of an input, or null where they are not all known. */
export function integersOf(x: Tensor | null): readonly number[] | null {
  return x?.elements?.every((e) => typeof e === "number") ? (x.elements as readonly number[]) : null;
}

/**
 * Axes of a reduction, counted from the front: by attribute or, in later opsets, by input. "unknown" where they are computed;
 * an empty list where nothing is reduced.
 */
export function reducedAxes(call: Call, rank: number): readonly number[] | "unknown" {
  const input = call.inputs[1] ?? null;
  const listed = input === null ? call.ints("axes") : integersOf(input);
  if (listed === null && input !== null) return "unknown";
  if (listed === null || listed.length === 0) return call.int("noop_with_empty_axes", 0) === 1 ? [] : axesOf(null, rank);
  return axesOf(listed, rank);
}

/** The output of a reduction. */
export function reduced(call: Call, x: Tensor): readonly InferredOutput[] {
  if (x.shape === null) return [{ type: x.type, shape: null }];
  const keep = call.int("keepdims", 1) === 1;
  const axes = reducedAxes(call, x.rank);
  if (axes === "unknown") return [{ type: x.type, shape: keep ? x.shape.map(() => null) : null }];
  const shape = keep ? x.shape.map((dim, i) => (axes.includes(i) ? 1 : dim)) : x.shape.filter((_, i) => !axes.includes(i));
  return [{ type: x.type, shape }];
}

/** The output of ArgMax and ArgMin. */
export function argReduced(call: Call, x: Tensor): readonly InferredOutput[] {
  if (x.shape === null) return [{ type: "int64", shape: null }];
  const axis = axisOf(call.int("axis", 0), x.rank);
  const keep = call.int("keepdims", 1) === 1;
  return [{ type: "int64", shape: keep ? x.shape.with(axis, 1) : x.shape.toSpliced(axis, 1) }];
}

/** A data type by ONNX's number, as the attributes `to` and `dtype` give it. */
export function dataTypeByNumber(number: number): DataType {
  const types: Readonly<Record<number, DataType>> = {
    1: "float32", 2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", 7: "int64", 8: "string",
    9: "bool", 10: "float16", 11: "float64", 12: "uint32", 13: "uint64", 16: "bfloat16",
  };
  return types[number] ?? "float32";
}
