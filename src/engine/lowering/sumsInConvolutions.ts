import { capturedNames } from "../graph/prune.js";
import type { Graph, Node } from "../graph/types.js";
import { nchwcDomain } from "../ops/nchwc/blocked.js";

/**
 * The same graph with additions as the last step of blocked convolutions, whose kernel adds in place: sums of gradients, where the forward
 * graph's own have gone into them already. Only for graphs whose convolutions are read by nothing else, name by name.
 */
export function sumsInConvolutions(graph: Graph): Graph {
  const readers = new Map<string, number>();
  const count = (name: string): unknown => readers.set(name, (readers.get(name) ?? 0) + 1);
  for (const node of graph.nodes) for (const name of [...node.inputs, ...capturedNames(node)]) count(name);
  for (const { name } of graph.outputs) count(name);
  const open = new Map(graph.nodes.filter((node) => isOpen(node) && readers.get(node.outputs[0]) === 1).map((node) => [node.outputs[0], node]));

  const taken = new Set<Node>();
  const nodes = graph.nodes.map((node): Node => {
    if (node.op !== "Add" || node.domain !== "") return node;
    const at = node.inputs.findLastIndex((name, i) => open.has(name) && sameShape(graph, name, node.inputs[1 - i]));
    if (at < 0) return node;
    const conv = open.get(node.inputs[at])!;
    taken.add(conv);
    const [x, weights, bias = ""] = conv.inputs;
    // at the addition's place, where the other summand is there
    return { ...conv, inputs: [x, weights, bias, node.inputs[1 - at]], outputs: node.outputs };
  });
  return { ...graph, nodes: nodes.filter((node) => !taken.has(node)) };
}

/** Whether a blocked convolution adds nothing yet and has no activation behind which it could not. */
function isOpen({ op, domain, inputs, attributes }: Node): boolean {
  return op === "Conv" && domain === nchwcDomain && (inputs[3] ?? "") === "" && attributes.activation === undefined;
}

function sameShape({ values }: Graph, a: string, b: string): boolean {
  const [one, other] = [values.get(a)?.shape, values.get(b)?.shape];
  return one?.length === 4 && other?.length === 4 && one.every((dim, i) => typeof dim === "number" && dim === other[i]);
}
