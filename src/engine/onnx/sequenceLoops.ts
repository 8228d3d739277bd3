/** Loops that gather a sequence, one element a pass: what scripted models write for a list that grows. The elements become an output that the runtime stacks. */
import { subgraph, type Tensor } from "../graph/builder.js";
import type { Graph, Node } from "../graph/types.js";
import { giveOut } from "../ops/subgraphs.js";
import { isTensor, type ImportedValue, type Scope } from "./importedValues.js";
import { unfollowed, type Sequence } from "./sequences.js";

/** The body's own inputs before what it carries: the number of the pass, and the condition. */
const ownInputs = 2;

/** What a Loop whose body works on sequences gives. Throws `onnx-unsupported` where a sequence does other than grow at its end by one element a pass, or stay. */
export function loopOverSequences(scope: Scope, node: Node): readonly ImportedValue[] {
  const attribute = node.attributes.body;
  if (attribute?.kind !== "graph") throw unfollowed("the loop over it has no body");
  const body = attribute.value;
  const initial = node.inputs.slice(ownInputs).map((name) => scope.value(name));
  const carried = initial.map((value, i) => (isTensor(value) ? { kind: "tensor" as const, value } : sequenceState(body, i, value)));
  const tensors = carried.flatMap((state) => (state.kind === "tensor" ? [state.value] : []));

  const builder = scope.builder.child();
  const pass = builder.input(builder.uniqueName("pass"), "int64", []);
  const going = builder.input(builder.uniqueName("condition"), "bool", []);
  const states = carried.map((state) => (state.kind === "tensor" ? builder.input(builder.uniqueName("state"), state.value.type, state.value.shape) : state.value));
  // a growing sequence is not read before the loop is done
  const nodes = body.nodes.filter((inner) => !carried.some((state) => state.kind === "grows" && state.insert === inner));
  const [condition, ...results] = boundTo(scope, { ...body, nodes }, [pass, going, ...states], builder, carried.map((state, i) => (state.kind === "grows" ? state.element : body.outputs[i + 1].name)));
  const given = (value: ImportedValue): Tensor => {
    if (!isTensor(value)) throw unfollowed("a loop makes it anew in every pass");
    return value;
  };
  giveOut(builder, given(condition));
  carried.forEach((state, i) => {
    if (state.kind === "tensor") giveOut(builder, given(results[i]));
  });
  const scanned = results.slice(carried.length);
  for (const value of scanned) giveOut(builder, given(value));
  carried.forEach((state, i) => {
    if (state.kind === "grows") giveOut(builder, given(results[i]));
  });

  const [trips, start] = node.inputs.slice(0, ownInputs).map((name) => (name === "" ? null : scope.tensor(name)));
  const growing = carried.filter((state) => state.kind === "grows").length;
  const made = scope.builder.ops("Loop", [trips, start, ...tensors], { body: subgraph(builder.build(builder.uniqueName(body.name))) }, { outputs: tensors.length + scanned.length + growing });
  let [nextTensor, nextStack] = [0, tensors.length + scanned.length];
  const finals = carried.map((state): ImportedValue => {
    if (state.kind === "tensor") return made[nextTensor++];
    return state.kind === "stays" ? state.value : { kind: "slices", x: made[nextStack++], axis: 0 };
  });
  return [...finals, ...made.slice(tensors.length, tensors.length + scanned.length)];
}

/** The outputs of a body of which some stand under other names. */
function boundTo(scope: Scope, body: Graph, inputs: readonly ImportedValue[], builder: Scope["builder"], states: readonly string[]): ImportedValue[] {
  const outputs = body.outputs.map((value, i) => (i >= 1 && i <= states.length ? { ...value, name: states[i - 1] } : value));
  return scope.inlined({ ...body, outputs }, inputs, builder);
}

type SequenceState =
  | { readonly kind: "stays"; readonly value: Sequence }
  | { readonly kind: "grows"; readonly value: Sequence; readonly insert: Node; readonly element: string };

/** What the body does with the sequence it carries at this place. */
function sequenceState(body: Graph, place: number, value: Sequence): SequenceState {
  const [before, after] = [body.inputs[place + ownInputs].name, body.outputs[place + 1].name];
  const maker = body.nodes.find((node) => node.outputs.includes(after));
  if (after === before || (maker?.op === "Identity" && maker.inputs[0] === before)) return { kind: "stays", value };
  const readers = body.nodes.filter((node) => node.inputs.includes(before));
  const atEnd = maker?.op === "SequenceInsert" && maker.inputs[0] === before && (maker.inputs[2] ?? "") === "";
  if (!atEnd || readers.length > 1 || value.kind !== "members" || value.members.length > 0) throw unfollowed("a loop does more with it than to add an element in each pass");
  return { kind: "grows", value, insert: maker, element: maker.inputs[1] };
}
