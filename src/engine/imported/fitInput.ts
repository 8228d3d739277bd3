/** Brings examples to the shape that an imported model reads. */
import { DescentError } from "../../common/errors.js";
import { formatShape, type Tensor } from "../graph/builder.js";
import type { DataType, Shape, Value } from "../graph/types.js";

/** ONNX's numbers of the types that a model may read; data are float32. */
const castTo: Readonly<Partial<Record<DataType, number>>> = { uint8: 2, int8: 3, uint16: 4, int16: 5, int32: 6, int64: 7, bool: 9, uint32: 12, uint64: 13 };

/** How examples become the model's input. */
export interface InputFit {
  /** What the model reads of one example. */
  readonly shape: readonly number[];
  readonly type: DataType;
  /** Order of the axes, the batch's included, where the model wants channels last. */
  readonly permutation: readonly number[] | null;
}

/**
 * Fits examples (images channels first) to a model's input [batch, ...]: as they are, with channels last, or the same values in another arrangement where one of
 * both is flat or an axis of one is missing. Throws `shape-mismatch` with both shapes, `input-type` for a model that reads text.
 */
export function fitInput(input: Value, example: readonly number[]): InputFit {
  if (input.type === "string") throw new DescentError("input-type", `The model's input ${input.name} reads text, and data are numbers.`, { path: "model.onnx" });
  const wanted = input.shape?.slice(1) ?? null;
  const fit = (shape: readonly number[], permutation: readonly number[] | null = null): InputFit => ({ shape, type: input.type, permutation });
  if (wanted === null) return fit(example);
  const direct = bound(wanted, example);
  if (direct !== null) return fit(direct);
  const last = [...example.slice(1), example[0]];
  if (example.length >= 3 && bound(wanted, last) !== null) return fit(last, [0, ...example.slice(1).map((_, i) => i + 2), 1]);
  const rearranged = sameValues(wanted, example);
  if (rearranged !== null) return fit(rearranged);
  throw new DescentError("shape-mismatch", `The model's input ${input.name} has shape ${formatShape(input.shape)}, examples have shape ${formatShape(["batch", ...example])}: ${advice(wanted, example)}`, { path: "model.onnx" });
}

function advice(wanted: Shape, example: readonly number[]): string {
  if (wanted.length === example.length && wanted.length === 3) return "bring the pictures to the model's size and number of channels.";
  return "give the model data of its own shape, or export it for these.";
}

/** The shape with its open dimensions as the example has them, a symbol with one size everywhere; null where they do not fit. */
function bound(wanted: Shape, example: readonly number[]): readonly number[] | null {
  if (wanted.length !== example.length) return null;
  const sizes = new Map<string, number>();
  const fits = wanted.every((dim, i) => {
    if (typeof dim === "number") return dim === example[i];
    if (dim === null) return true;
    const known = sizes.get(dim) ?? example[i];
    sizes.set(dim, known);
    return known === example[i];
  });
  return fits ? example : null;
}

/** The known shape of as many values, where one of both is flat or they differ in axes of size 1; an open dimension takes what is left. */
function sameValues(wanted: Shape, example: readonly number[]): readonly number[] | null {
  const count = example.reduce((product, dim) => product * dim, 1);
  const known = wanted.reduce<number>((product, dim) => (typeof dim === "number" ? product * dim : product), 1);
  const open = wanted.filter((dim) => typeof dim !== "number").length;
  if (open > 1 || known === 0 || (open === 1 ? count % known !== 0 : known !== count)) return null;
  const shape = wanted.map((dim) => (typeof dim === "number" ? dim : count / known));
  const withoutOnes = (dims: readonly number[]): string => dims.filter((dim) => dim !== 1).join();
  return shape.length <= 1 || example.length === 1 || withoutOnes(shape) === withoutOnes(example) ? shape : null;
}

/** x [batch, ...example] as the model reads it. */
export function asModelInput(x: Tensor, { shape, type, permutation }: InputFit): Tensor {
  const graph = x.builder;
  const moved = permutation === null ? x : graph.op("Transpose", [x], { perm: permutation });
  const isShaped = moved.rank === shape.length + 1 && shape.every((dim, i) => moved.shape?.[i + 1] === dim);
  const shaped = isShaped ? moved : graph.op("Reshape", [moved, graph.ints([-1, ...shape])]);
  const to = castTo[type];
  return to === undefined ? shaped : graph.op("Cast", [shaped], { to });
}
