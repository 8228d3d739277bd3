import type { Attribute, ConstantTensor, Graph, Node } from "../graph/types.js";

/** Outputs of one Split: a shader of the provider has eight buffers, one of them for what is split. */
const mostPieces = 6;

/**
 * The same graph, subgraphs included, without what ONNX Runtime's WebGPU provider lacks: LogSoftmax, which would be computed on the processor with two copies a step, batch
 * normalisation in its training form, and splits into more pieces than a shader has buffers, which fail. `opset`: the graph's, 13 or later.
 */
export function forWebGpu(graph: Graph, opset: number): Graph {
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const attributes = Object.fromEntries(Object.entries(node.attributes).map(([name, attribute]): [string, Attribute] =>
      [name, attribute.kind === "graph" ? { kind: "graph", value: forWebGpu(attribute.value, opset) } : attribute]));
    const writer = node.domain === "" ? writers[node.op] : undefined;
    return writer?.(node, { graph, opset, initializers }) ?? [{ ...node, attributes }];
  });
  return { ...graph, nodes, initializers };
}

interface Site {
  readonly graph: Graph;
  readonly opset: number;
  /** Takes what the new nodes need. */
  readonly initializers: Map<string, ConstantTensor>;
}

/** By operator: the nodes in a node's place; null where it stays. */
const writers: Readonly<Record<string, (node: Node, site: Site) => readonly Node[] | null>> = { LogSoftmax: logSoftmax, BatchNormalization: batchNormalization, Split: split };

const keepdims: Attribute = { kind: "int", value: 1 };

/** z = x - max x, then z - ln sum exp z, as the operator itself computes it. */
function logSoftmax({ name, inputs: [x], outputs: [y], attributes }: Node, { opset, initializers }: Site): readonly Node[] {
  const axis = attributes.axis?.kind === "int" ? attributes.axis.value : -1;
  const axes = `${y}/axis`;
  initializers.set(axes, int64([axis]));
  const node = nodesOf(name);
  return [
    reduced(node, "ReduceMax", x, axes, [axis], `${y}/max`, opset),
    node("Sub", [x, `${y}/max`], `${y}/shifted`),
    node("Exp", [`${y}/shifted`], `${y}/exp`),
    node("ReduceSum", [`${y}/exp`, axes], `${y}/sum`, { keepdims }),
    node("Log", [`${y}/sum`], `${y}/log`),
    node("Sub", [`${y}/shifted`, `${y}/log`], y),
  ];
}

/** The training form: y = scale (x - mean) / sqrt(var + epsilon) + b by the batch's mean and variance; running = momentum * running + (1 - momentum) * the batch's. */
function batchNormalization({ name, inputs: [x, scale, b, mean, variance], outputs: [y, ...running], attributes }: Node, { graph, opset, initializers }: Site): readonly Node[] | null {
  const rank = graph.values.get(x)?.shape?.length;
  const number = (key: string, otherwise: number): number => (attributes[key]?.kind === "float" ? attributes[key].value : otherwise);
  if (attributes.training_mode?.kind !== "int" || attributes.training_mode.value !== 1 || rank === undefined) return null;
  const axes = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => axis !== 1);
  const momentum = number("momentum", 0.9);
  const constants = { axes: int64(axes), channels: int64([1, -1, ...axes.slice(1).map(() => 1)]), vector: int64([-1]), epsilon: float32(number("epsilon", 1e-5)), momentum: float32(momentum), rest: float32(1 - momentum) };
  for (const [key, value] of Object.entries(constants)) initializers.set(`${y}/${key}`, value);
  const node = nodesOf(name);
  const moved = (old: string, now: string, output: string | undefined): readonly Node[] => (output === undefined || output === "" ? [] : [
    node("Reshape", [now, `${y}/vector`], `${output}/now`),
    node("Mul", [`${output}/now`, `${y}/rest`], `${output}/gain`),
    node("Mul", [old, `${y}/momentum`], `${output}/kept`),
    node("Add", [`${output}/kept`, `${output}/gain`], output),
  ]);
  return [
    reduced(node, "ReduceMean", x, `${y}/axes`, axes, `${y}/mean`, opset),
    node("Sub", [x, `${y}/mean`], `${y}/centered`),
    node("Mul", [`${y}/centered`, `${y}/centered`], `${y}/squares`),
    reduced(node, "ReduceMean", `${y}/squares`, `${y}/axes`, axes, `${y}/variance`, opset),
    node("Add", [`${y}/variance`, `${y}/epsilon`], `${y}/above_zero`),
    node("Sqrt", [`${y}/above_zero`], `${y}/deviation`),
    node("Div", [`${y}/centered`, `${y}/deviation`], `${y}/normalized`),
    node("Reshape", [scale, `${y}/channels`], `${y}/scale`),
    node("Reshape", [b, `${y}/channels`], `${y}/offset`),
    node("Mul", [`${y}/normalized`, `${y}/scale`], `${y}/scaled`),
    node("Add", [`${y}/scaled`, `${y}/offset`], y),
    ...moved(mean, `${y}/mean`, running[0]),
    ...moved(variance, `${y}/variance`, running[1]),
  ];
}

/** A slice for each piece. */
function split({ name, inputs: [x], outputs, attributes }: Node, { graph, initializers }: Site): readonly Node[] | null {
  if (outputs.length <= mostPieces) return null;
  const axis = attributes.axis?.kind === "int" ? attributes.axis.value : 0;
  const sizes = outputs.map((output) => graph.values.get(output)?.shape?.at(axis));
  if (!sizes.every((size) => typeof size === "number")) return null;
  const axes = `${outputs[0]}/axis`;
  initializers.set(axes, int64([axis]));
  const node = nodesOf(name);
  let from = 0;
  return outputs.map((output, i) => {
    const [starts, ends] = [`${output}/from`, `${output}/to`];
    initializers.set(starts, int64([from]));
    initializers.set(ends, int64([(from += sizes[i])]));
    return node("Slice", [x, starts, ends, axes], output);
  });
}

type NodeMaker = (op: string, inputs: readonly string[], output: string, more?: Node["attributes"]) => Node;

function nodesOf(name: string): NodeMaker {
  return (op, inputs, output, more = {}) => ({ name: `${name}/${output}`, op, domain: "", inputs: [...inputs], outputs: [output], attributes: more });
}

/** ReduceMax and ReduceMean take their axes as an input from opset 18 on, ReduceSum from 13. */
function reduced(node: NodeMaker, op: string, x: string, axes: string, values: readonly number[], output: string, opset: number): Node {
  return opset >= 18 ? node(op, [x, axes], output, { keepdims }) : node(op, [x], output, { keepdims, axes: { kind: "ints", value: values } });
}

function int64(values: readonly number[]): ConstantTensor {
  return { type: "int64", dims: [values.length], data: BigInt64Array.from(values, BigInt) };
}

function float32(value: number): ConstantTensor {
  return { type: "float32", dims: [], data: Float32Array.of(value) };
}
