/** How much memory a graph needs while it runs. */
import { capturedNames } from "./prune.js";
import type { DataType, Graph, Node, Value } from "./types.js";

const elementBytes: Readonly<Partial<Record<DataType, number>>> = { float64: 8, int64: 8, uint64: 8, float32: 4, int32: 4, uint32: 4, float16: 2, bfloat16: 2, int16: 2, uint16: 2 };

/** Operators whose output is their input's memory under another shape. */
const views = new Set(["Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity"]);

/**
 * The most bytes that values between inputs and outputs take at once, when nodes run in order and each value is freed after its last use;
 * bodies of loops and branches count where they stand, once. Inputs and constants are not counted, nor what an operator needs within;
 * dimensions that are not known count as 1.
 */
export function peakBytes(graph: Graph): number {
  const own = new Set(graph.nodes.flatMap(({ outputs }) => outputs));
  const roots = new Map<string, string>();
  const rootOf = (name: string): string => roots.get(name) ?? name;
  for (const { op, inputs, outputs } of graph.nodes) if (views.has(op)) roots.set(outputs[0], rootOf(inputs[0]));
  const reads = (node: Node): string[] => [...node.inputs, ...capturedNames(node)].map(rootOf);
  const lastUse = new Map<string, number>();
  graph.nodes.forEach((node, i) => reads(node).forEach((name) => lastUse.set(name, i)));
  for (const { name } of graph.outputs) lastUse.set(rootOf(name), graph.nodes.length);

  let [live, peak] = [0, 0];
  graph.nodes.forEach((node, i) => {
    const made = node.outputs.filter((name) => name !== "" && !roots.has(name));
    live += made.reduce((sum, name) => sum + bytesOf(graph.values.get(name)), 0);
    const within = Object.values(node.attributes).reduce((sum, attribute) => sum + (attribute.kind === "graph" ? peakBytes(attribute.value) : 0), 0);
    peak = Math.max(peak, live + within);
    for (const name of new Set([...reads(node), ...made])) if (own.has(name) && (lastUse.get(name) ?? i) <= i) live -= bytesOf(graph.values.get(name));
  });
  return peak;
}

function bytesOf(value: Value | undefined): number {
  if (value?.shape == null) return 0;
  return value.shape.reduce<number>((product, dim) => product * (typeof dim === "number" ? dim : 1), elementBytes[value.type] ?? 1);
}
