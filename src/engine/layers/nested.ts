/** Layers within layers: how arguments hold them, and ways through a model that has them. */
import type { LayerConfig } from "../training/config.js";
import { layers } from "./registry.js";

/** The branches of a layer, each a list of layers that read what the layer reads; none for a layer that holds no others. */
export function branchesOf(layer: LayerConfig): readonly (readonly LayerConfig[])[] {
  const nested = layers.get(layer.kind)?.nested;
  if (nested === undefined) return [];
  const held = layer.arguments[nested.argument];
  return nested.form === "layers" ? [held as readonly LayerConfig[]] : (held as readonly (readonly LayerConfig[])[]);
}

/** Every layer of a model in the order of the file, those within others before the layer that holds them, as their outputs are. */
export function everyLayer(model: readonly LayerConfig[]): readonly LayerConfig[] {
  let every = walked.get(model);
  if (every === undefined) {
    const isFlat = model.every(({ kind }) => layers.get(kind)?.nested === undefined);
    every = isFlat ? model : model.flatMap((layer) => [...branchesOf(layer).flatMap(everyLayer), layer]);
    walked.set(model, every);
  }
  return every;
}

/** Models never change, and dozens of rules walk through each while it is typed. */
const walked = new WeakMap<readonly LayerConfig[], readonly LayerConfig[]>();

/** A layer of layers with other branches. */
export function mapBranches(layer: LayerConfig, change: (branch: readonly LayerConfig[]) => readonly LayerConfig[]): LayerConfig {
  const nested = layers.get(layer.kind)?.nested;
  if (nested === undefined) return layer;
  const branches = branchesOf(layer).map(change);
  return { ...layer, arguments: { ...layer.arguments, [nested.argument]: nested.form === "layers" ? branches[0] : branches } };
}

/** The model with each layer that holds no others replaced, or left out where `change` gives null; branches may become empty. */
export function mapLayers(model: readonly LayerConfig[], change: (layer: LayerConfig) => LayerConfig | null): readonly LayerConfig[] {
  return model.flatMap((layer) => (layers.get(layer.kind)?.nested === undefined ? (change(layer) ?? []) : mapBranches(layer, (branch) => mapLayers(branch, change))));
}
