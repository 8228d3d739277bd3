import type { Attribute, ConstantTensor, Graph, Node } from "../graph/types.js";

/**
 * The same graph, subgraphs included, without LogSoftmax, which ONNX Runtime's WebGPU provider lacks: it would be computed on the processor,
 * with two copies a step. z = x - max x, then z - ln sum exp z, as the operator itself computes it. `opset`: the graph's, 13 or later.
 */
export function withoutLogSoftmax(graph: Graph, opset: number): Graph {
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const attributes = Object.fromEntries(Object.entries(node.attributes).map(([name, attribute]): [string, Attribute] =>
      [name, attribute.kind === "graph" ? { kind: "graph", value: withoutLogSoftmax(attribute.value, opset) } : attribute]));
    return node.op === "LogSoftmax" && node.domain === "" ? written(node, opset, initializers) : [{ ...node, attributes }];
  });
  return { ...graph, nodes, initializers };
}

function written({ name, inputs: [x], outputs: [y], attributes }: Node, opset: number, initializers: Map<string, ConstantTensor>): readonly Node[] {
  const axis = attributes.axis?.kind === "int" ? attributes.axis.value : -1;
  const keepdims: Attribute = { kind: "int", value: 1 };
  const axes = `${y}/axis`;
  initializers.set(axes, { type: "int64", dims: [1], data: BigInt64Array.of(BigInt(axis)) });
  const node = (op: string, inputs: readonly string[], output: string, more: Node["attributes"] = {}): Node => ({ name: `${name}/${output}`, op, domain: "", inputs: [...inputs], outputs: [output], attributes: more });
  // ReduceMax takes its axes as an input from opset 18 on, ReduceSum from 13
  const max = opset >= 18 ? node("ReduceMax", [x, axes], `${y}/max`, { keepdims }) : node("ReduceMax", [x], `${y}/max`, { keepdims, axes: { kind: "ints", value: [axis] } });
  return [
    max,
    node("Sub", [x, `${y}/max`], `${y}/shifted`),
    node("Exp", [`${y}/shifted`], `${y}/exp`),
    node("ReduceSum", [`${y}/exp`, axes], `${y}/sum`, { keepdims }),
    node("Log", [`${y}/sum`], `${y}/log`),
    node("Sub", [`${y}/shifted`, `${y}/log`], y),
  ];
}
