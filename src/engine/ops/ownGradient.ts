/** Gradients that belong to one node instead of its operator: where several nodes together have a shorter one than the sum of their parts. */
import type { Tensor } from "../graph/builder.js";
import type { Node } from "../graph/types.js";
import type { OperatorDefinition } from "./defineOperator.js";

const own = new WeakMap<Node, OperatorDefinition["gradient"]>();

/** Gives the node that computes this tensor rules of its own, by its operator's slot names, or "zero": nothing flows back through it. */
export function giveOwnGradient(output: Tensor, gradient: OperatorDefinition["gradient"]): Tensor {
  const node = output.builder.nodes.findLast(({ outputs }) => outputs.includes(output.name));
  if (node === undefined) throw new Error(`no node computes ${output.name}`);
  own.set(node, gradient);
  return output;
}

/** The rules by which gradients flow back through a node: its own, or its operator's. */
export function gradientRulesOf(node: Node, definition: OperatorDefinition): OperatorDefinition["gradient"] {
  return own.get(node) ?? definition.gradient;
}
