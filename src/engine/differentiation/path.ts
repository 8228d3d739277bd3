/** Which nodes, and which of their inputs, a gradient passes on its way from the loss to the values asked for. */
import type { GraphBuilder, Tensor } from "../graph/builder.js";
import { capturedNames } from "../graph/prune.js";
import { isFloat } from "../graph/tensorData.js";
import type { Node } from "../graph/types.js";
import { bareName, slotAt, type GradientRule } from "../ops/defineOperator.js";
import { gradientRulesOf } from "../ops/ownGradient.js";
import { findOperator } from "../ops/registry.js";

/** A node on the way, and the positions of its inputs through which a gradient may pass. */
export interface PathNode {
  readonly node: Node;
  readonly active: readonly number[];
}

/** The nodes between `wrt` and the loss in topological order, those of enclosing graphs first. */
export function nodesBetween(graph: GraphBuilder, loss: Tensor, wrt: readonly Tensor[]): readonly PathNode[] {
  const influenced = new Set(wrt.map((value) => value.name));
  const path: PathNode[] = [];
  for (const node of nodesOf(graph)) {
    const active = node.inputs.flatMap((name, slot) => (influenced.has(name) && ruleAt(node, slot) !== "zero" ? [slot] : []));
    const captured = capturedNames(node).some((name) => influenced.has(name));
    if (active.length === 0 && !captured) continue;
    // what a subgraph reads from outside stands for its first input: an operator with subgraphs has no rule and is named
    path.push({ node, active: active.length > 0 ? active : [0] });
    for (const name of node.outputs) if (name !== "" && isFloat(graph.tensor(name).type)) influenced.add(name);
  }
  return influenced.has(loss.name) ? path : [];
}

/** The rule of an input by its position: the node's own or its operator's; an operator that is not known has none. */
export function ruleAt(node: Node, position: number): GradientRule {
  const definition = findOperator(node.domain, node.op);
  if (definition === undefined) return "unsupported";
  const rules = gradientRulesOf(node, definition);
  if (typeof rules === "string") return rules;
  const slot = slotAt(definition.inputs, position);
  return slot === undefined ? "unsupported" : rules[bareName(slot)];
}

function nodesOf(graph: GraphBuilder): readonly Node[] {
  return graph.parent === null ? [...graph.nodes] : [...nodesOf(graph.parent), ...graph.nodes];
}
