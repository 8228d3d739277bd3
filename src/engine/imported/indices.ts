/** Indices by which an imported model looks vectors up in the data, and which its table does not have. */
import { DescentError } from "../../common/errors.js";
import type { Dataset } from "../data/types.js";
import type { Node } from "../graph/types.js";
import type { ImportedModel } from "./importedModel.js";

/** Operators that leave values as they are; Cast cuts fractions off. */
const passing = new Set(["Cast", "Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose"]);

/**
 * Throws `embedding-indices`, naming table and index, where a Gather that reads the data gets an index that its table does not have: [-n, n). What stands behind other operators,
 * or is streamed, the lookup itself refuses.
 */
export function requireIndices({ graph }: ImportedModel, { inputs, inputDivisor, stream }: Pick<Dataset, "inputs" | "inputDivisor" | "stream">): void {
  if (stream !== undefined) return;
  const data = new Set([graph.inputs[0].name]);
  for (const node of graph.nodes) {
    if (node.domain !== "") continue;
    if (passing.has(node.op) && data.has(node.inputs[0])) data.add(node.outputs[0]);
    else if (node.op === "Gather" && data.has(node.inputs[1])) requireWithin(graph.values.get(node.inputs[0])?.shape?.at(axisOf(node)), node, inputs.data, inputDivisor);
  }
}

function axisOf({ attributes: { axis } }: Node): number {
  return axis?.kind === "int" ? Number(axis.value) : 0;
}

function requireWithin(count: unknown, { inputs: [table] }: Node, data: Dataset["inputs"]["data"], divisor: number): void {
  if (typeof count !== "number") return;
  for (const stored of data) {
    const index = Math.trunc(Number(stored) / divisor);
    if (index >= -count && index < count) continue;
    throw new DescentError("embedding-indices", `The model looks up ${table}, which has the indices 0 to ${count - 1}, and the data hold ${Number(stored) / divisor}.`, { path: "model.onnx" });
  }
}
