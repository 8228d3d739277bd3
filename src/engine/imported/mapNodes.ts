import type { Attribute, Graph, Node } from "../graph/types.js";

/** The graph with every node, those of subgraphs included, replaced by what `change` gives. */
export function mapNodes(graph: Graph, change: (node: Node) => Node): Graph {
  return { ...graph, nodes: graph.nodes.map((node) => change(withMappedSubgraphs(node, change))) };
}

function withMappedSubgraphs(node: Node, change: (node: Node) => Node): Node {
  const entries = Object.entries(node.attributes);
  if (entries.every(([, { kind }]) => kind !== "graph")) return node;
  const mapped = entries.map(([key, value]): [string, Attribute] => [key, value.kind === "graph" ? { kind: "graph", value: mapNodes(value.value, change) } : value]);
  return { ...node, attributes: Object.fromEntries(mapped) };
}
