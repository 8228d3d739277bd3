/** The layers of an imported graph: nodes with the weights that they read, named as the code that made the model names them. */
import type { Graph, Node } from "../graph/types.js";
import { learnedTensors, type LearnedTensor } from "./learnedTensors.js";
import { moduleOfNode, ownerOf, ownerOfNode, unused } from "./names.js";

/** A weight of a layer: its name in the whole model, and the initializer that holds it. */
export interface LayerTensor extends LearnedTensor {
  readonly fullName: string;
}

export interface GraphLayer {
  readonly name: string;
  /** The operator that multiplies by the weights. */
  readonly op: string;
  /** The value that it reads. */
  readonly input: string;
  /** The value that it gives, its activation included. */
  readonly output: string;
  /** Our name of the activation that it ends with; null: linear, or one that we do not name. */
  readonly activation: string | null;
  readonly tensors: readonly LayerTensor[];
  readonly nodes: readonly Node[];
}

const activationNames: Readonly<Record<string, string>> = {
  Relu: "relu", LeakyRelu: "leaky_relu", Elu: "elu", Selu: "selu", Gelu: "gelu", Sigmoid: "sigmoid", Tanh: "tanh", Softmax: "softmax", LogSoftmax: "log_softmax", Softplus: "softplus",
};

/** Operators whose result a bias may be added to by the node behind them. */
const linear = new Set(["MatMul", "Gemm", "Conv", "ConvTranspose", "Einsum"]);

interface Draft {
  readonly nodes: Node[];
  readonly tensors: LearnedTensor[];
  /** Module that the names of the tensors, or else of the nodes, speak of. */
  owner: string | null;
  output: string;
}

/**
 * The layers between the graph's input and its first output, in the order of what they give. The last one's output is the graph's: what stands behind the
 * last weights is a layer without tensors. `taken`: names that no tensor may have.
 */
export function layersOf(graph: Graph, taken: ReadonlySet<string>): readonly GraphLayer[] {
  const readers = new Map<string, Node[]>();
  for (const node of graph.nodes) for (const name of new Set(node.inputs)) readers.set(name, [...(readers.get(name) ?? []), node]);
  const output = graph.outputs[0].name;
  const drafts = draftsOf(graph, readers);
  const names = new Set(taken);
  const layers = drafts.map((draft) => named(withActivation(draft, readers, output), draft, names));
  const order = new Map(graph.nodes.flatMap((node, i) => node.outputs.map((name): [string, number] => [name, i])));
  layers.sort((a, b) => order.get(a.output)! - order.get(b.output)!);
  return layers.at(-1)?.output === output ? layers : [...layers, rest(graph, output, names)];
}

function draftsOf(graph: Graph, readers: ReadonlyMap<string, readonly Node[]>): readonly Draft[] {
  const byNode = new Map<Node, LearnedTensor[]>();
  for (const tensor of learnedTensors(graph)) byNode.set(tensor.node, [...(byNode.get(tensor.node) ?? []), tensor]);
  const drafts: Draft[] = [];
  const givenBy = new Map<string, Draft>();
  for (const node of graph.nodes) {
    const tensors = byNode.get(node);
    if (tensors === undefined) continue;
    const owner = tensors.map(({ tensor }) => ownerOf(tensor)).find((name) => name !== null) ?? moduleOfNode(node.name);
    const linearBefore = node.op === "Add" ? node.inputs.map((name) => ((readers.get(name) ?? []).length === 1 ? givenBy.get(name) : undefined)).find((draft) => draft !== undefined) : undefined;
    const isBias = linearBefore !== undefined && linear.has(linearBefore.nodes[0].op) && linearBefore.nodes.length === 1 && linearBefore.tensors.every(({ role }) => role !== "bias") && tensors[0].role === "bias";
    const sameModule = isBias ? linearBefore : drafts.find((candidate) => owner !== null && candidate.owner === owner);
    const draft = sameModule ?? { nodes: [], tensors: [], owner, output: "" };
    if (sameModule === undefined) drafts.push(draft);
    draft.nodes.push(node);
    draft.tensors.push(...tensors);
    draft.owner ??= owner;
    draft.output = node.outputs[0];
    givenBy.set(node.outputs[0], draft);
  }
  return drafts;
}

/** What a layer ends with, where nothing but an activation reads it. */
function withActivation({ output }: Draft, readers: ReadonlyMap<string, readonly Node[]>, end: string): Pick<GraphLayer, "output" | "activation"> {
  const [reader, ...others] = readers.get(output) ?? [];
  const activation = reader?.domain === "" && output !== end && others.length === 0 ? activationNames[reader.op] : undefined;
  return activation === undefined ? { output, activation: null } : { output: reader.outputs[0], activation };
}

function named(end: Pick<GraphLayer, "output" | "activation">, draft: Draft, names: Set<string>): GraphLayer {
  const [first] = draft.nodes;
  const name = unused(draft.owner ?? ownerOfNode(first.name, first.op), names);
  names.add(name);
  const tensors = draft.tensors.map((tensor): LayerTensor => {
    const own = ownerOf(tensor.tensor) === name && !tensor.tensor.includes("/") ? tensor.tensor : `${name}.${tensor.name}`;
    const fullName = unused(own, names);
    names.add(fullName);
    return { ...tensor, fullName };
  });
  return { ...end, name, op: first.op, input: first.inputs[0], tensors, nodes: draft.nodes };
}

/** What stands behind the last layer with weights. */
function rest(graph: Graph, output: string, names: ReadonlySet<string>): GraphLayer {
  const node = graph.nodes.find(({ outputs }) => outputs.includes(output));
  const name = unused(node === undefined ? "inputs_of_head" : ownerOfNode(node.name, node.op), names);
  return { name, op: node?.op ?? "Identity", input: node?.inputs[0] ?? output, output, activation: (node && activationNames[node.op]) ?? null, tensors: [], nodes: node === undefined ? [] : [node] };
}
