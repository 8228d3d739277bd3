import type { Graph } from "./types.js";

/** The operators of a graph and of all graphs within it: `MatMul`, those of other domains with theirs, `com.microsoft.FusedMatMul`. */
export function operatorsOf(graph: Graph): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { op, domain, attributes } of graph.nodes) {
    found.add(domain === "" ? op : `${domain}.${op}`);
    for (const attribute of Object.values(attributes)) if (attribute.kind === "graph") for (const name of operatorsOf(attribute.value)) found.add(name);
  }
  return found;
}
