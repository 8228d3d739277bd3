/** Takes a model that was read into a graph under construction, so that more can be appended to it. */
import { DescentError } from "../../common/errors.js";
import type { GraphBuilder } from "../graph/builder.js";
import { inlineGraph } from "../graph/inlineGraph.js";
import { numbersOf } from "../graph/tensorData.js";
import type { Graph, Model, Node } from "../graph/types.js";
import { newGraph } from "../ops/inference.js";
import { KnownSequences } from "./knownSequences.js";

/** From this version of the format on, an initializer that is an input too may be overridden, and so is no constant. */
const overridableFrom = 4;

/**
 * The model's graph with every type and shape inferred, filled in by what the file says of its values. Inputs, initializers and nodes
 * keep their names; outputs are not declared yet. Throws `name-taken` and `unknown-value` for graphs that name a value twice or
 * read one that nothing makes, and what shape rules find wrong.
 */
export function importModel(model: Model): GraphBuilder {
  const { graph, irVersion } = model;
  const builder = newGraph(null, model.opsets.get("") ?? undefined);
  for (const { name, type, shape } of graph.inputs) {
    const fallback = graph.initializers.get(name);
    if (fallback !== undefined && irVersion < overridableFrom) builder.initializer(name, fallback);
    else builder.input(name, type, shape, fallback);
  }
  for (const [name, value] of graph.initializers) {
    if (builder.has(name) && !graph.inputs.some((input) => input.name === name)) throw new DescentError("name-taken", `The model has two values named ${name}.`);
    if (!builder.has(name)) builder.initializer(name, value);
  }
  const sequences = new KnownSequences(builder);
  for (const node of graph.nodes) {
    for (const attribute of Object.values(node.attributes)) if (attribute.kind === "graph") builder.reserve(namesWithin(attribute.value));
    const branch = knownBranch(builder, node);
    if (sequences.takes(node)) continue;
    if (branch === null) builder.append(node, graph.values);
    else inlineGraph(builder, branch, new Map()).forEach((value, i) => builder.op("Identity", [value], {}, { outputNames: [node.outputs[i]] }));
  }
  return builder;
}

/** The branch of an If whose condition is known while building: exporters write such, asking for ranks and sizes. */
function knownBranch(builder: GraphBuilder, node: Node): Graph | null {
  if (node.domain !== "" || node.op !== "If") return null;
  const condition = builder.tensor(node.inputs[0]).constant;
  if (condition === null) return null;
  const branch = node.attributes[numbersOf(condition)[0] === 0 ? "else_branch" : "then_branch"];
  return branch?.kind === "graph" ? branch.value : null;
}

function namesWithin(graph: Graph): string[] {
  const inner = graph.nodes.flatMap((node) => Object.values(node.attributes).flatMap((a) => (a.kind === "graph" ? namesWithin(a.value) : [])));
  return [...graph.inputs.map((value) => value.name), ...graph.initializers.keys(), ...graph.nodes.flatMap((node) => node.outputs), ...inner];
}
