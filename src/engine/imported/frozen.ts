/** Which tensors of an imported model the file holds still. */
import { matches } from "../optimizers/groups.js";
import type { ImportedConfig } from "../training/config.js";
import type { ImportedModel } from "./importedModel.js";
import { unknownName } from "./ports.js";

/**
 * Full names of the learned tensors that `freeze` matches; a pattern may speak of a tensor by its name here, by the file's, or by its layer. Throws `unmatched-freeze`
 * with the nearest name where a pattern matches nothing.
 */
export function frozenTensors({ layers }: ImportedModel, freeze: ImportedConfig["freeze"]): ReadonlySet<string> {
  const tensors = layers.flatMap((layer) => layer.tensors.map(({ fullName, tensor, role }) => ({ fullName, names: [fullName, tensor, layer.name], learned: role !== "statistic" })));
  if (freeze === "all") return new Set(tensors.filter(({ learned }) => learned).map(({ fullName }) => fullName));
  const frozen = new Set<string>();
  for (const [i, pattern] of freeze.entries()) {
    const matched = tensors.filter(({ names }) => names.some((name) => matches(pattern, name)));
    if (matched.length === 0) throw unknownName("unmatched-freeze", `No tensor of the model is called ${pattern}.`, pattern.replaceAll("*", ""), [...layers.filter((layer) => layer.tensors.length > 0).map(({ name }) => `${name}.*`), ...tensors.map(({ fullName }) => fullName)], `model.freeze[${i}]`);
    for (const { fullName, learned } of matched) if (learned) frozen.add(fullName);
  }
  return frozen;
}
