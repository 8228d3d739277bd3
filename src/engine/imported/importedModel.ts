/** An ONNX file as a model to train: its weights found and named, its layers listed, its shapes known for the data at hand. */
import { DescentError } from "../../common/errors.js";
import { formatShape } from "../graph/builder.js";
import { isStatic } from "../graph/shapes.js";
import { elementCount } from "../graph/tensorData.js";
import type { Graph, Model, Node, Shape } from "../graph/types.js";
import { raisedOpset, upgradedOpset } from "../graph/upgradeOpset.js";
import type { ParameterSpec } from "../layers/defineLayer.js";
import type { LayerOutline } from "../layers/outline.js";
import { importModel } from "../onnx/importModel.js";
import { defaultOpset } from "../ops/inference.js";
import { findOperator } from "../ops/registry.js";
import type { ImportedConfig } from "../training/config.js";
import type { TensorValues } from "../training/parameters.js";
import { withAnyBatch } from "./anyBatch.js";
import { fitInput, type InputFit } from "./fitInput.js";
import { inFloat32 } from "./inFloat32.js";
import { layersOf, type GraphLayer } from "./layersOf.js";
import { withOwnTensors } from "./ownTensors.js";
import { namedPlace, pathThrough } from "./ports.js";
import { mlDomain, withStandardOperators } from "./standardOperators.js";

/** The dimension of the batch in the model's graph. */
const batch = "batch";

export interface ImportedModel {
  /** Input [batch, ...], outputs: the model's, then those of `layers`. */
  readonly graph: Graph;
  /** Version of the operator set that the graph is written in. */
  readonly opset: number;
  readonly fit: InputFit;
  readonly layers: readonly GraphLayer[];
  readonly outline: readonly LayerOutline[];
  /** Initializer of each weight, to its full name. */
  readonly fullNames: ReadonlyMap<string, string>;
  /** What the file holds, by full name. */
  readonly values: TensorValues;
}

/**
 * Prepares a model for examples of this shape (images channels first). `taken` are names of the head's layers and tensors. Throws, at the keys of the training file, what `pathThrough` and
 * `fitInput` throw; `operator-unknown` naming the node, `fixed-batch` for a model that only works for one size of batch, `shape-mismatch` with both shapes.
 */
export function prepareImported(model: Model, config: ImportedConfig, example: readonly number[], taken: ReadonlySet<string> = new Set()): ImportedModel {
  try {
    const current = raisedOpset(upgradedOpset(model), defaultOpset);
    const path = pathOf(inFloat32(withStandardOperators(current.graph)), config);
    requireKnownOperators(path.graph, current.opsets.get("") ?? defaultOpset);
    const fit = fitInput(path.input, example);
    const first = path.input.shape?.[0];
    const open = typeof first === "number" ? withAnyBatch(path.graph, first) : path.graph;
    const graph = inferred({ ...model, ...current, graph: withOwnTensors({ ...open, inputs: [{ name: path.input.name, type: path.input.type, shape: [batch, ...fit.shape] }] }) }, path.output);
    requireBatch(graph, first ?? null);
    const layers = layersOf(graph, taken);
    const outputs = [graph.outputs[0], ...layers.map(({ output }) => graph.values.get(output)!)];
    const tensors = layers.flatMap((layer) => layer.tensors);
    return {
      graph: { ...graph, outputs }, opset: current.opsets.get("") ?? defaultOpset, fit, layers,
      outline: layers.map((layer) => outlineOf(layer, graph)),
      fullNames: new Map(tensors.map(({ tensor, fullName }) => [tensor, fullName])),
      values: Object.fromEntries(tensors.map(({ tensor, fullName }) => {
        const { dims, data } = graph.initializers.get(tensor)!;
        return [fullName, { dims, data: data as Float32Array }];
      })),
    };
  } catch (error) {
    throw error instanceof DescentError ? error.at({ path: "model.onnx" }) : error;
  }
}

function pathOf(graph: Graph, config: ImportedConfig): ReturnType<typeof pathThrough> {
  const { replaceAfter } = config;
  if (replaceAfter === null) return pathThrough(graph, config);
  // layers have their names where the whole model is seen
  const whole = withOwnTensors(pathThrough(graph, config).graph);
  const place = namedPlace(graph, new Map(layersOf(whole, new Set()).map(({ name, output }) => [name, output])), replaceAfter);
  return pathThrough(graph, { input: config.input, output: place });
}

/** The graph with every type and shape, for a batch of any size. */
function inferred(model: Model, output: string): Graph {
  // what the file says of values between was true for its own sizes
  const builder = importModel({ ...model, graph: { ...model.graph, values: new Map() } });
  builder.output(builder.tensor(output));
  return builder.build(model.graph.name);
}

function requireKnownOperators(graph: Graph, opset: number): void {
  for (const node of graph.nodes) {
    for (const { kind, value } of Object.values(node.attributes)) if (kind === "graph") requireKnownOperators(value, opset);
    if (findOperator(node.domain, node.op) !== undefined || isSequence(node)) continue;
    const name = node.domain === "" ? node.op : `${node.domain}.${node.op}`;
    const help = node.domain === mlDomain
      ? "Trees, nearest neighbours and the like are not trained by gradients; the converters' linear models and networks are."
      : "Export the model with ONNX's standard operators, or cut it before this node (replace_after).";
    throw new DescentError("operator-unknown", `The model's operator ${name} (node ${node.name}, operator set ${opset}) is not known here. ${help}`);
  }
}

/** Sequences whose members are known are taken apart while the model is read. */
function isSequence({ domain, op }: Node): boolean {
  return domain === "" && ["SplitToSequence", "SequenceConstruct", "SequenceAt", "ConcatFromSequence"].includes(op);
}

function requireBatch(graph: Graph, exported: Shape[number]): void {
  const [output] = graph.outputs;
  if (output.shape?.[0] === batch && isStatic(output.shape.slice(1))) return;
  if (output.shape === null || output.shape[0] === batch) throw new DescentError("shape-unknown", `The shape of the model's output ${output.name} does not follow from the data's: ${formatShape(output.shape)}.`);
  const made = typeof exported === "number" ? `It was exported for batches of ${exported}. ` : "";
  throw new DescentError("fixed-batch", `The model's output ${output.name} has shape ${formatShape(output.shape)}: the examples of a batch do not stay apart in it. ${made}Export it with a dynamic batch dimension (PyTorch: dynamic_axes or dynamic_shapes).`);
}

function outlineOf(layer: GraphLayer, graph: Graph): LayerOutline {
  const shape = (name: string): readonly number[] => (graph.values.get(name)?.shape ?? []).slice(1).map((dim) => (typeof dim === "number" ? dim : 1));
  const specs = layer.tensors.map((tensor): ParameterSpec => {
    const { dims } = graph.initializers.get(tensor.tensor)!;
    const fanOut = dims[tensor.outputAxis] ?? 1;
    return { name: tensor.fullName.slice(layer.name.length + 1), shape: dims, role: tensor.role, init: { kind: "imported", arguments: {} }, fanIn: elementCount(dims) / Math.max(fanOut, 1), fanOut, outputAxis: tensor.outputAxis };
  });
  const outputShape = shape(layer.output);
  return {
    name: layer.name, kind: kindOf(layer, graph), path: "model.onnx", arguments: argumentsOf(layer, outputShape), activation: layer.activation, within: [], readsSequence: false, reads: [],
    inputShape: shape(layer.input), outputShape, tensors: specs,
    parameters: specs.filter(({ role }) => role !== "statistic").reduce((sum, spec) => sum + elementCount(spec.shape), 0),
    operations: layer.nodes.reduce((sum, node) => sum + operationsOf(node, graph), 0),
  };
}

/** Our name of the layer that an operator is, else the operator's. */
function kindOf({ op, tensors }: GraphLayer, graph: Graph): string {
  const rank = tensors.length === 0 ? 0 : graph.initializers.get(tensors[0].tensor)!.dims.length;
  const convolutions: Readonly<Record<number, string>> = { 3: "conv1d", 4: "conv2d", 5: "conv3d" };
  if (op === "Conv") return convolutions[rank] ?? op;
  const known: Readonly<Record<string, string>> = {
    Gemm: "dense", MatMul: "dense", ConvTranspose: "conv2d_transpose", BatchNormalization: "batch_norm", LayerNormalization: "layer_norm", InstanceNormalization: "instance_norm",
    GroupNormalization: "group_norm", LSTM: "lstm", GRU: "gru", RNN: "rnn", PRelu: "prelu", Gather: "embedding", Softmax: "softmax", Sigmoid: "sigmoid", LogSoftmax: "log_softmax", Relu: "relu", Tanh: "tanh",
    Flatten: "flatten", GlobalAveragePool: "global_avg_pool", MaxPool: "max_pool", AveragePool: "avg_pool",
  };
  return known[op] ?? op;
}

/** What rules read of a layer: its width and its activation. */
function argumentsOf({ op, activation }: GraphLayer, output: readonly number[]): Readonly<Record<string, unknown>> {
  const shown = activation === null ? {} : { activation };
  if (op === "Gemm" || op === "MatMul") return { units: output.at(-1) ?? 1, ...shown };
  return op === "Conv" || op === "ConvTranspose" ? { filters: output[0] ?? 1, ...shown } : shown;
}

/** Multiply-adds for one example. */
function operationsOf(node: Node, graph: Graph): number {
  const dims = (name: string): readonly number[] => (graph.values.get(name)?.shape ?? []).map((dim) => (typeof dim === "number" ? dim : 1));
  const output = elementCount(dims(node.outputs[0]));
  if (node.op === "Conv") return output * elementCount(dims(node.inputs[1]).slice(1));
  if (node.op === "ConvTranspose") return elementCount(dims(node.inputs[0])) * elementCount(dims(node.inputs[1]).slice(1));
  if (node.op === "MatMul" || node.op === "Gemm") return output * (dims(node.inputs[0]).at(-1) ?? 1);
  if (["LSTM", "GRU", "RNN"].includes(node.op)) return (dims(node.inputs[0])[0] ?? 1) * (elementCount(dims(node.inputs[1])) + elementCount(dims(node.inputs[2])));
  return 0;
}
