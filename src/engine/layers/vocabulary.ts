/** Embeddings whose `vocab` is left to the data, and indices that an embedding cannot look up. */
import { DescentError } from "../../common/errors.js";
import type { Dataset } from "../data/types.js";
import type { LayerConfig } from "../training/config.js";
import { branchesOf, mapBranches } from "./nested.js";

/** Layers that leave the values of the data as they are. */
const rearranging = new Set(["reshape", "permute", "flatten"]);

type Inputs = Pick<Dataset, "inputs" | "inputDivisor"> & Partial<Pick<Dataset, "task" | "classes" | "stream">>;

/**
 * The model with `vocab: auto` replaced by the largest index in the data, and one more; of a text, by its vocabulary. Throws DescentError `embedding-indices` where an
 * embedding reads the data and finds fractions, negative numbers or indices beyond its `vocab`.
 */
export function withVocabulary(model: readonly LayerConfig[], dataset: Inputs): readonly LayerConfig[] {
  const position = model.findIndex((layer) => !rearranging.has(layer.kind));
  const layer = model[position];
  if (layer === undefined) return model;
  if (layer.kind === "embedding") return model.with(position, sized(layer, dataset));
  return branchesOf(layer).length === 0 ? model : model.with(position, mapBranches(layer, (branch) => withVocabulary(branch, dataset)));
}

function sized(layer: LayerConfig, dataset: Inputs): LayerConfig {
  const { vocab = "auto" } = layer.arguments as { readonly vocab?: number | "auto" };
  // streamed data are looked through once, for their statistics: an index that is too large is found by the lookup itself
  if (dataset.stream !== undefined) {
    if (vocab === "auto") throw new DescentError("embedding-vocab", "The data are streamed: say how many indices the embedding has, vocab: N.", { path: `${layer.path}.vocab` });
    return layer;
  }
  let largest = dataset.task === "language_model" ? (dataset.classes?.length ?? 1) - 1 : 0;
  for (const stored of dataset.inputs.data) {
    const value = Number(stored) / dataset.inputDivisor;
    if (!Number.isInteger(value) || value < 0) throw new DescentError("embedding-indices", `An embedding reads indices, whole numbers from 0, and the data hold ${value}. Leave scaling out, or put no embedding here.`, { path: layer.path });
    if (value > largest) largest = value;
  }
  if (vocab === "auto") return { ...layer, arguments: { ...layer.arguments, vocab: largest + 1 } };
  if (largest >= vocab) throw new DescentError("embedding-indices", `The embedding has ${vocab} vectors, 0 to ${vocab - 1}, and the data hold the index ${largest}.`, { path: `${layer.path}.vocab` });
  return layer;
}
