import type { Graph, Node } from "./types.js";

/** The operator of `ops/withGradient.ts`, which is there only while a graph is differentiated. */
export const withGradientOp = "WithGradient";
export const handDomain = "descent";

/** The graph without nodes and initializers that no output depends on. Inputs stay, and initializers that are inputs too. */
export function pruned(graph: Graph): Graph {
  const needed = new Set(graph.outputs.map((value) => value.name));
  const kept: Node[] = [];
  for (const node of graph.nodes.flatMap(withoutHandGradient).toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    kept.push(node);
    for (const name of [...node.inputs, ...capturedNames(node)]) needed.add(name);
  }
  for (const { name } of graph.inputs) needed.add(name);
  return { ...graph, nodes: kept.reverse(), initializers: new Map([...graph.initializers].filter(([name]) => needed.has(name))) };
}

function withoutHandGradient(node: Node): readonly Node[] {
  if (node.domain !== handDomain || node.op !== withGradientOp) return [node];
  return node.outputs.map((name, i) => ({ name: i === 0 ? node.name : name, op: "Identity", domain: "", inputs: [node.inputs[i]], outputs: [name], attributes: {} }));
}

/** Names that the subgraphs of a node take from outside. */
export function capturedNames(node: Node): string[] {
  return Object.values(node.attributes).flatMap((attribute) => (attribute.kind === "graph" ? freeNames(attribute.value) : []));
}

function freeNames(graph: Graph): string[] {
  const own = new Set([...graph.inputs.map((value) => value.name), ...graph.initializers.keys(), ...graph.nodes.flatMap((node) => node.outputs)]);
  const read = [...graph.nodes.flatMap((node) => [...node.inputs, ...capturedNames(node)]), ...graph.outputs.map((value) => value.name)];
  return read.filter((name) => name !== "" && !own.has(name));
}
