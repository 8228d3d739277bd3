/** Sequences of tensors as models hold them, followed while building so that only tensors are left: what is in them, and how to read it. */
import { DescentError } from "../../common/errors.js";
import type { GraphBuilder, Tensor } from "../graph/builder.js";
import { add, concat, gather, graphOf, reshape, shapeOf, transpose, unsqueeze } from "../graph/functions.js";
import { axesOf, axisOf } from "../graph/shapes.js";
import { integersOf } from "../ops/shapeRules.js";

/**
 * members - one by one;
 * slices - of a tensor along an axis, which they lose;
 * cuts - parts of a tensor along an axis, of these sizes (int64 vector), or of one size but for the last.
 */
export type Sequence =
  | { readonly kind: "members"; readonly members: readonly Tensor[] }
  | { readonly kind: "slices"; readonly x: Tensor; readonly axis: number }
  | { readonly kind: "cuts"; readonly x: Tensor; readonly axis: number; readonly sizes: Tensor | number };

/** A tensor cut along an axis; taken apart at once where the number of parts is known. Without `sizes` single slices, as with the size 1 that PyTorch writes for them. */
export function cut(g: GraphBuilder, x: Tensor, axis: number, sizes: Tensor | null, keepsAxis: boolean): Sequence {
  const given = integersOf(sizes);
  if (!keepsAxis && (sizes === null || (sizes.rank === 0 && given?.[0] === 1))) return { kind: "slices", x, axis };
  const length = x.shape?.[axis];
  const each = sizes === null ? 1 : sizes.rank === 0 ? given?.[0] : undefined;
  if (each !== undefined && typeof length !== "number") return { kind: "cuts", x, axis, sizes: each };
  const known = each === undefined ? given : Array.from({ length: Math.ceil(Number(length) / each) }, (_, i) => Math.min(each, Number(length) - i * each));
  if (known === null || known === undefined) return { kind: "cuts", x, axis, sizes: reshape(sizes as Tensor, [-1]) };
  let start = 0;
  const members = known.map((size) => {
    const end = start + size;
    const part = g.op("Slice", [x, g.ints([start]), g.ints([end]), g.ints([axis])]);
    start = end;
    return part;
  });
  return { kind: "members", members };
}

/** The element at a position, counted from the end where negative; the position may be computed while running. */
export function elementAt(g: GraphBuilder, sequence: Sequence, position: Tensor): Tensor {
  const place = integersOf(position)?.[0];
  if (sequence.kind === "slices") return g.op("Gather", [sequence.x, place === undefined ? position : g.scalar(place, "int64")], { axis: sequence.axis });
  if (sequence.kind === "members") {
    const member = place === undefined ? undefined : sequence.members.at(place);
    if (member !== undefined) return member;
    // which one is told while running: of tensors of one shape, by their stack
    return g.op("Gather", [stacked(sequence.members, 0), position], { axis: 0 });
  }
  const { x, axis, sizes } = sequence;
  if (place === undefined && typeof sizes === "number") {
    const start = g.op("Mul", [reshape(position, [1]), g.ints([sizes])]);
    return g.op("Slice", [x, start, g.op("Add", [start, g.ints([sizes])]), g.ints([axis])]);
  }
  if (place === undefined || place < 0) throw unfollowed("the place of an element that is asked for is not known");
  const sum = (end: number): Tensor => g.op("ReduceSum", [g.op("Slice", [sizes as Tensor, g.ints([0]), g.ints([end])])], { keepdims: 1 });
  const [start, end] = typeof sizes === "number" ? [g.ints([place * sizes]), g.ints([(place + 1) * sizes])] : [sum(place), sum(place + 1)];
  return g.op("Slice", [x, start, end, g.ints([axis])]);
}

/** The number of elements, an int64 scalar. */
export function lengthOf(g: GraphBuilder, sequence: Sequence): Tensor {
  if (sequence.kind === "members") return g.scalar(sequence.members.length, "int64");
  if (sequence.kind === "cuts" && typeof sequence.sizes !== "number") return reshape(shapeOf(sequence.sizes), []);
  const { x, axis } = sequence;
  const length = g.op("Gather", [shapeOf(x), g.scalar(axis, "int64")], { axis: 0 });
  if (sequence.kind === "slices") return length;
  const size = sequence.sizes as number;
  return g.op("Div", [add(length, g.scalar(size - 1, "int64")), g.scalar(size, "int64")]);
}

/** The elements as one tensor: one after another along an axis, or along a new one. */
export function joined(sequence: Sequence, axis: number, isNew: boolean): Tensor {
  if (sequence.kind === "members") return isNew ? stacked(sequence.members, axis) : concat(sequence.members, axis);
  const { x } = sequence;
  if (sequence.kind === "cuts") {
    if (isNew || axisOf(axis, x.rank) !== sequence.axis) throw unfollowed("its parts are joined along another axis");
    return x;
  }
  const target = axisOf(axis, isNew ? x.rank : x.rank - 1);
  const others = axesOf(null, x.rank).filter((other) => other !== sequence.axis);
  const stack = transpose(x, others.toSpliced(target, 0, sequence.axis));
  if (isNew) return stack;
  const shape = shapeOf(stack);
  const g = stack.builder;
  const part = (from: number, to: number): Tensor => g.op("Slice", [shape, g.ints([from]), g.ints([to])]);
  return reshape(stack, concat([part(0, target), g.ints([-1]), part(target + 2, Number.MAX_SAFE_INTEGER)], 0));
}

function stacked(members: readonly Tensor[], axis: number): Tensor {
  // counted in the result, which has one axis more
  const place = members[0]?.shape === null ? axis : axisOf(axis, (members[0]?.rank ?? 0) + 1);
  return graphOf(...members).op("Concat", members.map((x) => unsqueeze(x, [place])), { axis: place });
}

/** The elements one by one. Throws `onnx-unsupported` where their number is not known. */
export function membersOf(g: GraphBuilder, sequence: Sequence): readonly Tensor[] {
  if (sequence.kind === "members") return sequence.members;
  const length = sequence.kind === "slices" ? sequence.x.shape?.[sequence.axis] : undefined;
  if (sequence.kind !== "slices" || typeof length !== "number") throw unfollowed("its length is not known");
  const { x, axis } = sequence;
  return Array.from({ length }, (_, i) => gather(x, g.scalar(i, "int64"), axis));
}

export function unfollowed(why: string): DescentError {
  return new DescentError("onnx-unsupported", `A sequence of tensors cannot be followed while building: ${why}. Export the model with tensors in place of lists.`);
}
