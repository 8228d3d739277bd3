/** Which values nodes of one operator read; looked up often while a graph grows, so each node is gone through once. */
import type { GraphBuilder, Tensor } from "./builder.js";

const read = new WeakMap<GraphBuilder, { seen: number; readonly byOperator: Map<string, Set<string>> }>();

/** Whether a node of this operator, in the tensor's own graph, reads it. */
export function isReadBy(op: string, tensor: Tensor): boolean {
  const { builder } = tensor;
  const known = read.get(builder) ?? { seen: 0, byOperator: new Map<string, Set<string>>() };
  read.set(builder, known);
  for (; known.seen < builder.nodes.length; known.seen++) {
    const node = builder.nodes[known.seen];
    const names = known.byOperator.get(node.op) ?? new Set();
    for (const name of node.inputs) names.add(name);
    known.byOperator.set(node.op, names);
  }
  return known.byOperator.get(op)?.has(tensor.name) ?? false;
}
