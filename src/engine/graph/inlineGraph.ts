/** Takes the nodes of a subgraph (the body of a Loop, a branch of an If) into a graph under construction, under fresh names. */
import { subgraph, type GraphBuilder, type Tensor } from "./builder.js";
import type { Attribute, Graph, Node } from "./types.js";

export interface InlineOptions {
  /** What stands for a node's outputs instead of the node; null leaves it as it is. */
  readonly replace?: (node: Node, inputs: readonly (Tensor | null)[]) => readonly Tensor[] | null;
  /** What a value is to be called, where the name is free. */
  readonly rename?: (name: string) => string;
}

/**
 * The outputs of `body` computed in `target`: `bound` gives tensors for its inputs and, where they are replaced, for names that it reads from
 * around it; other names from around it are found in `target` and its parents. Throws `unknown-value` and what shape rules find wrong.
 */
export function inlineGraph(
  target: GraphBuilder,
  body: Graph,
  bound: ReadonlyMap<string, Tensor>,
  { replace = () => null, rename = (name) => name }: InlineOptions = {},
): Tensor[] {
  const names = new Map<string, Tensor>(bound);
  const find = (name: string): Tensor => names.get(name) ?? target.tensor(name);
  for (const [name, value] of body.initializers) if (!names.has(name)) names.set(name, target.initializer(rename(name), value));
  for (const node of body.nodes) {
    const replaced = replace(node, node.inputs.map((name) => (name === "" ? null : find(name))));
    if (replaced !== null) {
      replaced.forEach((tensor, i) => names.set(node.outputs[i], tensor));
      continue;
    }
    const outputs = node.outputs.map((name) => (name === "" ? "" : target.uniqueName(rename(name))));
    const inputs = node.inputs.map((name) => (name === "" ? "" : find(name).name));
    const renamed: Node = { ...node, inputs, outputs, attributes: withRenamedSubgraphs(node.attributes, (name) => names.get(name)?.name) };
    const made = target.take(renamed, node.outputs, body.values);
    node.outputs.forEach((name, i) => {
      if (name !== "") names.set(name, made[i]);
    });
  }
  return body.outputs.map(({ name }) => find(name));
}

/** Attributes whose subgraphs read other names from around them: `rename` gives them, undefined for those that stay. */
export function withRenamedSubgraphs(attributes: Node["attributes"], rename: (name: string) => string | undefined): Node["attributes"] {
  return Object.fromEntries(Object.entries(attributes).map(([key, value]): [string, Attribute] => [key, value.kind === "graph" ? subgraph(renamedWithin(value.value, rename)) : value]));
}

/** A subgraph that reads other names from around it; its own stay. */
function renamedWithin(graph: Graph, rename: (name: string) => string | undefined): Graph {
  const own = new Set([...graph.inputs.map(({ name }) => name), ...graph.initializers.keys(), ...graph.nodes.flatMap((node) => node.outputs)]);
  const outer = (name: string): string | undefined => (own.has(name) ? undefined : rename(name));
  const nodes = graph.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map((name) => outer(name) ?? name),
    attributes: withRenamedSubgraphs(node.attributes, outer),
  }));
  return { ...graph, nodes, outputs: graph.outputs.map((value) => ({ ...value, name: outer(value.name) ?? value.name })) };
}
