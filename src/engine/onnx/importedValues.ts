/** What names of a model stand for while its nodes are taken into a graph under construction. */
import type { GraphBuilder, Tensor } from "../graph/builder.js";
import type { Graph } from "../graph/types.js";
import type { Sequence } from "./sequences.js";

export type ImportedValue = Tensor | Sequence;

export function isTensor(value: ImportedValue): value is Tensor {
  return "builder" in value;
}

/** Names in reach of a node. */
export interface Scope {
  readonly builder: GraphBuilder;
  /** Throws `unknown-value`. */
  value(name: string): ImportedValue;
  /** A value that is a tensor; throws `unknown-value` for a sequence. */
  tensor(name: string): Tensor;
  /** What the nodes of a subgraph give for its outputs, put into `builder`, by default this scope's; its inputs are these. */
  inlined(graph: Graph, inputs?: readonly ImportedValue[], builder?: GraphBuilder): ImportedValue[];
}
