/** What operators on sequences, and on optional values, stand for: exporters write them for lists of tensors. */
import { axisOf } from "../graph/shapes.js";
import type { Node } from "../graph/types.js";
import { integersOf } from "../ops/shapeRules.js";
import { isTensor, type ImportedValue, type Scope } from "./importedValues.js";
import { cut, elementAt, joined, lengthOf, membersOf, unfollowed, type Sequence } from "./sequences.js";

/** By operator: what a node's outputs stand for. Each throws `onnx-unsupported` for sequences that cannot be followed. */
export const sequenceOperators: Readonly<Record<string, (scope: Scope, node: Node) => readonly ImportedValue[]>> = {
  SequenceEmpty: () => [{ kind: "members", members: [] }],
  SequenceConstruct: (scope, { inputs }) => [{ kind: "members", members: inputs.map((name) => scope.tensor(name)) }],
  SplitToSequence: (scope, node) => {
    const x = scope.tensor(node.inputs[0]);
    const sizes = (node.inputs[1] ?? "") === "" ? null : scope.tensor(node.inputs[1]);
    return [cut(scope.builder, x, axisOf(integer(node, "axis", 0), x.rank), sizes, integer(node, "keepdims", 1) === 1)];
  },
  SequenceAt: (scope, { inputs }) => [elementAt(scope.builder, sequence(scope, inputs[0]), scope.tensor(inputs[1]))],
  SequenceLength: (scope, { inputs }) => [lengthOf(scope.builder, sequence(scope, inputs[0]))],
  ConcatFromSequence: (scope, node) => [joined(sequence(scope, node.inputs[0]), integer(node, "axis", 0), integer(node, "new_axis", 0) === 1)],
  SequenceInsert: (scope, { inputs }) => {
    const members = membersOf(scope.builder, sequence(scope, inputs[0]));
    const place = position(scope, inputs[2], members.length);
    return [{ kind: "members", members: members.toSpliced(place < 0 ? place + members.length : place, 0, scope.tensor(inputs[1])) }];
  },
  SequenceErase: (scope, { inputs }) => {
    const members = membersOf(scope.builder, sequence(scope, inputs[0]));
    return [{ kind: "members", members: members.toSpliced(position(scope, inputs[1], -1), 1) }];
  },
  SequenceMap: (scope, node) => {
    const body = node.attributes.body;
    if (body?.kind !== "graph") throw unfollowed("the map over it has no body");
    const [first, ...others] = node.inputs.map((name) => scope.value(name));
    if (isTensor(first)) throw unfollowed("the map's input is none");
    const columns = [first, ...others].map((value) => (isTensor(value) ? value : membersOf(scope.builder, value)));
    const rows = membersOf(scope.builder, first).map((_, i) => scope.inlined(body.value, columns.map((column) => ("builder" in column ? column : column[i]))));
    return body.value.outputs.map((_, output): Sequence => ({ kind: "members", members: rows.map((row) => tensorAmong(row[output])) }));
  },
  Optional: (scope, { inputs }) => [(inputs[0] ?? "") === "" ? { kind: "members", members: [] } : scope.value(inputs[0])],
  OptionalGetElement: (scope, { inputs }) => [scope.value(inputs[0])],
  OptionalHasElement: (scope, { inputs }) => {
    const value = (inputs[0] ?? "") === "" ? null : scope.value(inputs[0]);
    return [scope.builder.scalar(value === null || (!isTensor(value) && value.kind === "members" && value.members.length === 0) ? 0 : 1, "bool")];
  },
};

function integer(node: Node, name: string, fallback: number): number {
  const attribute = node.attributes[name];
  return attribute?.kind === "int" ? attribute.value : fallback;
}

function sequence(scope: Scope, name: string): Sequence {
  const value = scope.value(name);
  if (isTensor(value)) throw unfollowed(`${name} is a tensor`);
  return value;
}

function tensorAmong(value: ImportedValue): Extract<ImportedValue, { readonly builder: unknown }> {
  if (!isTensor(value)) throw unfollowed("a map over it gives sequences");
  return value;
}

/** A position that is known while building; `fallback` where none is given. */
function position(scope: Scope, name: string | undefined, fallback: number): number {
  if ((name ?? "") === "") return fallback;
  const place = integersOf(scope.tensor(name as string))?.[0];
  if (place === undefined) throw unfollowed("a place in it is computed while running");
  return place;
}
