/** What operators with subgraphs share: values that a body reads from around it, and outputs that it may give out. */
import { DescentError } from "../../common/errors.js";
import type { GraphBuilder, Tensor } from "../graph/builder.js";
import { inlineGraph } from "../graph/inlineGraph.js";
import type { Graph } from "../graph/types.js";
import type { Call } from "./defineOperator.js";

/** A subgraph attribute. Throws `operator-attribute` where it is absent. */
export function bodyOf(call: Call, name: string): Graph {
  const body = call.attribute(name, "graph");
  if (body === undefined) throw new DescentError("operator-attribute", `The operator ${call.node.op} (node ${call.node.name}) lacks its graph ${name}.`);
  return body;
}

/** Leaves of their own, in this graph, for values around it, so that gradients end at them. */
export function leavesFor(graph: GraphBuilder, names: readonly string[]): Map<string, Tensor> {
  return new Map(names.map((name) => [name, graph.op("Identity", [graph.tensor(name)])]));
}

/** The outputs of a body with its inputs given by position and some of what it reads from around it replaced. */
export function inlined(graph: GraphBuilder, body: Graph, inputs: readonly Tensor[], replaced: ReadonlyMap<string, Tensor> = new Map()): Tensor[] {
  return inlineGraph(graph, body, new Map([...replaced, ...body.inputs.map(({ name }, i): [string, Tensor] => [name, inputs[i]])]));
}

/** Declares an output of a subgraph: through an Identity, as the runtime wants outputs that the subgraph itself computes. */
export function giveOut(graph: GraphBuilder, value: Tensor): void {
  graph.output(graph.op("Identity", [value]));
}
