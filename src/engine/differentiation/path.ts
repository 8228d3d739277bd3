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
  /** Float values that the node's subgraphs read from around it and through which a gradient may pass. */
  readonly captured: readonly string[];
}

/** The nodes between `wrt` and the ends in topological order, those of enclosing graphs first. */
export function nodesBetween(graph: GraphBuilder, ends: readonly Tensor[], wrt: readonly Tensor[]): readonly PathNode[] {
  const influenced = new Set(wrt.map((value) => value.name));
  const path: PathNode[] = [];
  for (const node of nodesOf(graph)) {
    const active = node.inputs.flatMap((name, slot) => (influenced.has(name) && ruleAt(node, slot) !== "zero" ? [slot] : []));
    const captured = [...new Set(capturedNames(node))].filter((name) => influenced.has(name));
    if (active.length === 0 && captured.length === 0) continue;
    path.push({ node, active, captured });
    for (const name of node.outputs) if (name !== "" && isFloat(graph.tensor(name).type)) influenced.add(name);
  }
  return ends.some((end) => influenced.has(end.name)) ? path : [];
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

/** The rule of a value that a node's subgraphs read from around it. */
export function captureRule(node: Node, name: string): GradientRule {
  const rule = findOperator(node.domain, node.op)?.captured;
  return rule === undefined ? "unsupported" : (context) => rule(context, name);
}

function nodesOf(graph: GraphBuilder): readonly Node[] {
  return graph.parent === null ? [...graph.nodes] : [...nodesOf(graph.parent), ...graph.nodes];
}
