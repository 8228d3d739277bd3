/** Takes a model that was read into a graph under construction, so that more can be appended to it. */
import { DescentError } from "../../common/errors.js";
import type { GraphBuilder } from "../graph/builder.js";
import type { Model } from "../graph/types.js";
import { newGraph } from "../ops/inference.js";
import { ImportScope } from "./importScope.js";

/** From this version of the format on, an initializer that is an input too may be overridden, and so is no constant. */
const overridableFrom = 4;

/**
 * The model's graph with every type and shape inferred, filled in by what the file says of its values. Inputs, initializers and nodes
 * keep their names; outputs are not declared yet. Branches of an If that are known while building stand in its place; sequences of tensors are
 * taken apart. Throws `name-taken` and `unknown-value` for graphs that name a value twice or read one that nothing makes, `onnx-unsupported` for
 * sequences that cannot be followed, and what shape rules find wrong.
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
  new ImportScope(builder, graph.values).take(graph.nodes);
  return builder;
}
