/** What rules see of an imported model: where it is read, its last layers, which make the outputs; of a model that nothing has read, that there is one. */
import { DescentError } from "../common/errors.js";
import type { Dataset } from "../engine/data/types.js";
import type { LayerOutline } from "../engine/layers/outline.js";
import type { LayerConfig, TrainingConfig } from "../engine/training/config.js";
import { outlineOfConfig } from "../engine/training/problem.js";
import type { Report } from "./rule.js";

/** The key of the file at which all of an imported model stands. */
const place = "model.onnx";

/** Stands for what rules do not look into. It was trained on inputs of the scale that it had: rules take it for a layer that normalises. */
const opaque: LayerConfig = { kind: "onnx", name: "onnx", path: place, arguments: {} };

/**
 * The model's shapes on these data; null for a model that does not fit them, which is refused elsewhere with its own code, and for one whose file was not read. Layers of an imported model own nothing here:
 * no rule has a say in how their weights began.
 */
export function outlineForRules(config: TrainingConfig, dataset: Dataset): readonly LayerOutline[] | null {
  if (config.imported !== null && config.modelFiles === null) return null;
  try {
    return outlineOfConfig(config, dataset).outline.map((layer) => (layer.path === place ? Object.assign({}, layer, { tensors: [] }) : layer));
  } catch (error) {
    if (error instanceof DescentError) return null;
    throw error;
  }
}

/** The configuration with an imported model's part in the list of layers, before its head; `outline` is `outlineForRules`, null where nothing is known. */
export function withImportedView(config: TrainingConfig, outline: readonly LayerOutline[] | null): TrainingConfig {
  if (config.imported === null) return config;
  const layers = (outline ?? []).filter((layer) => layer.path === place).map(({ kind, name, path, arguments: args }): LayerConfig => ({ kind, name, path, arguments: args }));
  const last = layers.findLastIndex(({ arguments: args }) => "units" in args || "filters" in args);
  const headMakesOutputs = config.model.some(({ arguments: args }) => "units" in args || "filters" in args);
  const tail = last < 0 || headMakesOutputs ? [] : layers.slice(last);
  return { ...config, model: [...(tail.length === layers.length && tail.length > 0 ? [] : [opaque]), ...tail, ...config.model] };
}

/** A report without edits of what stands within an ONNX file. */
export function aboutFile(report: Report): Report {
  const within = (path: string): boolean => path.startsWith(`${place}.`) || path === place;
  if (report.fixes === undefined && !within(report.at)) return report;
  return { ...report, at: within(report.at) ? place : report.at, fixes: report.fixes?.filter(({ edits }) => !edits.some(({ path }) => within(path))) };
}
