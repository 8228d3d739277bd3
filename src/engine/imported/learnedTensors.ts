/**
 * Which constants of an imported graph are its weights. ONNX does not say it: weights, masks, tables of positions and the numbers of a formula are all
 * initializers. What counts is where a constant is read: the slots of operators that multiply and add by learned values.
 */
import { elementCount, isFloat, numbersOf } from "../graph/tensorData.js";
import type { ConstantTensor, Graph, Node } from "../graph/types.js";
import type { ParameterRole } from "../layers/defineLayer.js";

/** What a constant is to the operator that reads it. */
interface Slot {
  /** Its name among the tensors of the layer. */
  readonly name: string;
  readonly role: ParameterRole;
  /** Axis of the units. */
  readonly outputAxis: number;
}

/** A weight of the model, and the node that reads it first. */
export interface LearnedTensor extends Slot {
  /** The initializer. */
  readonly tensor: string;
  readonly node: Node;
}

const weight = (outputAxis: number): Slot => ({ name: "weight", role: "weight", outputAxis });
const bias: Slot = { name: "bias", role: "bias", outputAxis: 0 };
const norm = (name: string, role: ParameterRole = "normalization"): Slot => ({ name, role, outputAxis: 0 });
const recurrent = [null, weight(1), { ...weight(1), name: "recurrent_weight" }, { ...bias, outputAxis: 1 }];

/** Slots by operator, for constants that are weights wherever they stand. */
const slots: Readonly<Record<string, (node: Node) => readonly (Slot | null)[]>> = {
  Conv: () => [null, weight(0), bias],
  ConvTranspose: () => [null, weight(1), bias],
  Gemm: (node) => [weight(isSet(node, "transA") ? 1 : 0), weight(isSet(node, "transB") ? 0 : 1), bias],
  MatMul: () => [weight(0), weight(-1)],
  BatchNormalization: () => [null, norm("weight"), norm("bias"), norm("running_mean", "statistic"), norm("running_variance", "statistic")],
  LayerNormalization: () => [null, norm("weight"), norm("bias")],
  InstanceNormalization: () => [null, norm("weight"), norm("bias")],
  GroupNormalization: () => [null, norm("weight"), norm("bias")],
  RMSNormalization: () => [null, norm("weight")],
  LSTM: () => recurrent,
  GRU: () => recurrent,
  RNN: () => recurrent,
  PRelu: () => [null, norm("slope")],
  Gather: () => [weight(1)],
  Einsum: (node) => node.inputs.map(() => weight(-1)),
};

/** Operators that hand on their first input's values, in another order or number. */
const structural = new Set(["Identity", "Transpose", "Reshape", "Unsqueeze", "Squeeze", "Flatten", "Slice", "Split", "Cast", "Expand", "Tile"]);
const elementwise = new Set(["Add", "Sub", "Mul", "Div", "Concat"]);

/** A value of such a size is a mask's "never", no weight. */
const largestWeight = 1e4;

/**
 * The weights that `graph` computes its outputs with, in the order of their readers; an initializer that several nodes read stands once. Constants that are added to or
 * multiplied with the data before the first weights are preprocessing, scalars belong to a formula, and huge values to a mask: none of them is learned.
 */
export function learnedTensors(graph: Graph): readonly LearnedTensor[] {
  const sources = new Map<string, readonly string[]>();
  for (const [name, { type }] of graph.initializers) if (isFloat(type)) sources.set(name, [name]);
  const found = new Map<string, LearnedTensor>();
  const learned = new Set<string>(); // values that depend on weights and on data
  for (const node of graph.nodes) {
    const constant = constantSources(node, sources);
    if (constant !== null) {
      for (const output of node.outputs) sources.set(output, constant);
      continue;
    }
    const strong = node.domain === "" ? slots[node.op]?.(node) : undefined;
    let reads = false;
    node.inputs.forEach((input, position) => {
      const tensors = sources.get(input) ?? [];
      const slot = strong === undefined ? weakSlot(node, position, learned, graph) : (strong[position] ?? null);
      if (slot === null || tensors.length === 0) return;
      reads ||= strong !== undefined;
      for (const tensor of tensors) {
        const value = graph.initializers.get(tensor)!;
        if (found.has(tensor) || (strong === undefined && !looksLearned(value, node))) continue;
        const direct = tensor === input;
        const { outputAxis } = slot;
        const axis = outputAxis < 0 ? outputAxis + value.dims.length : outputAxis;
        found.set(tensor, { ...slot, tensor, node, outputAxis: direct ? axis : transposedAxis(graph, input, tensor, axis) });
      }
    });
    if (reads || node.inputs.some((input) => learned.has(input))) for (const output of node.outputs) learned.add(output);
  }
  return [...found.values()];
}

/** The initializers that a node's outputs are computed from, where these are all; null where the data have a part in it. */
function constantSources(node: Node, sources: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const inputs = node.inputs.filter((name) => name !== "");
  if (node.op === "Constant" || node.op === "ConstantOfShape") return [];
  if (structural.has(node.op) && sources.has(inputs[0])) return sources.get(inputs[0])!;
  return inputs.length > 0 && inputs.every((name) => sources.has(name)) ? [...new Set(inputs.flatMap((name) => sources.get(name)!))] : null;
}

/** An element-wise operand beside values that weights have had a part in. */
function weakSlot(node: Node, position: number, learned: ReadonlySet<string>, graph: Graph): Slot | null {
  if (!elementwise.has(node.op) || node.domain !== "" || !node.inputs.some((input, i) => i !== position && learned.has(input))) return null;
  if (node.op === "Mul" || node.op === "Div") return norm("scale");
  const dims = graph.initializers.get(node.inputs[position])?.dims ?? [];
  return dims.filter((dim) => dim > 1).length > 1 ? { ...weight(-1), name: "offset" } : bias;
}

/** Whether an operand of a sum or a product is made of ordinary numbers: no scalar of a formula (but the bias of a single unit), no mask. */
function looksLearned(value: ConstantTensor, { op }: Node): boolean {
  const isScalar = elementCount(value.dims) === 1 && !(op === "Add" && value.dims.length === 1);
  return !isScalar && numbersOf(value).every((element) => Math.abs(element) < largestWeight);
}

/** The axis of an initializer that becomes `axis` of what a node reads, where one Transpose lies between; else its last. */
function transposedAxis(graph: Graph, input: string, tensor: string, axis: number): number {
  const rank = graph.initializers.get(tensor)!.dims.length;
  const maker = graph.nodes.find((node) => node.outputs.includes(input));
  const { perm } = maker?.attributes ?? {};
  if (maker?.op !== "Transpose" || maker.inputs[0] !== tensor) return rank - 1;
  return perm?.kind === "ints" ? perm.value[axis] : rank - 1 - axis;
}

function isSet(node: Node, attribute: string): boolean {
  const found = node.attributes[attribute];
  return found?.kind === "int" && found.value === 1;
}
