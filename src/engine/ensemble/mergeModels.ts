/** Several ONNX models with the same inputs as one graph. */
import { DescentError } from "../../common/errors.js";
import type { Attribute, Graph, Model, Node, Value } from "../graph/types.js";

/**
 * One model in which each of `members` stands under a prefix of its own, all fed by the same inputs, and `tail` behind them: its inputs are the
 * members' first outputs in order, its outputs the whole's. Opset and metadata are the first member's. Throws `ensemble-opsets` where members
 * are written in different operator sets.
 */
export function mergeModels(members: readonly Model[], tail: Graph, metadata: Model["metadata"]): Model {
  const [first] = members;
  const opsetsOf = ({ opsets }: Model): string => [...opsets].sort().join();
  if (members.some((member) => opsetsOf(member) !== opsetsOf(first))) throw new DescentError("ensemble-opsets", "The members' models are written in different operator sets, so that they cannot become one file.");
  const shared = new Set(first.graph.inputs.map(({ name }) => name));
  const renamed = members.map(({ graph }, i) => renameGraph(graph, (name) => (name === "" || shared.has(name) ? name : `member${i}/${name}`)));
  const outputOf = new Map(tail.inputs.map(({ name }, i) => [name, renamed[i].outputs[0].name]));
  const outputs = new Set(tail.outputs.map(({ name }) => name));
  const end = renameGraph(tail, (name) => (name === "" || outputs.has(name) ? name : (outputOf.get(name) ?? `ensemble/${name}`)));
  const parts = [...renamed, end];
  return {
    graph: {
      name: "ensemble",
      inputs: first.graph.inputs,
      outputs: end.outputs,
      initializers: new Map(parts.flatMap(({ initializers }) => Array.from(initializers))),
      nodes: parts.flatMap(({ nodes }) => nodes),
      values: new Map(parts.flatMap(({ values }) => Array.from(values))),
    },
    opsets: first.opsets, irVersion: first.irVersion, metadata,
  };
}

/** A graph with every name of a value changed, those within subgraphs too. */
function renameGraph(graph: Graph, name: (name: string) => string): Graph {
  const value = (old: Value): Value => ({ ...old, name: name(old.name) });
  return {
    name: graph.name,
    inputs: graph.inputs.map(value),
    outputs: graph.outputs.map(value),
    initializers: new Map([...graph.initializers].map(([old, tensor]) => [name(old), tensor])),
    nodes: graph.nodes.map((node) => renameNode(node, name)),
    values: new Map([...graph.values.values()].map((old) => [name(old.name), value(old)])),
  };
}

function renameNode(node: Node, name: (name: string) => string): Node {
  const attribute = (old: Attribute): Attribute => (old.kind === "graph" ? { kind: "graph", value: renameGraph(old.value, name) } : old);
  return {
    ...node,
    name: node.name === "" ? "" : name(node.name),
    inputs: node.inputs.map(name),
    outputs: node.outputs.map(name),
    attributes: Object.fromEntries(Object.entries(node.attributes).map(([key, old]) => [key, attribute(old)])),
  };
}
