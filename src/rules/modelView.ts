/** The model as rules speak of it: layers in order, what they compute, what stands at the end. */
import { activations } from "../engine/layers/activations/registry.js";
import { layers } from "../engine/layers/registry.js";
import type { LayerConfig, TrainingConfig } from "../engine/training/config.js";

/** Where an activation comes from and how to take it away: `model[3].dense.activation`, or a layer of its own, `model[4].softmax`. */
export interface ActivationView {
  readonly kind: string;
  readonly path: string;
}

/** Layers that keep a function linear: what goes in comes out shuffled, averaged, scaled or shifted. */
const linearKinds = new Set(["flatten", "dropout", "batch_norm", "avg_pool", "global_avg_pool", "linear", "reshape", "permute", "upsample", "gaussian_noise"]);
/** Layers that do not change what the outputs of a model mean. */
const transparentKinds = new Set(["flatten", "dropout", "linear", "reshape", "permute", "gaussian_noise"]);
const normalisingKinds = new Set(["batch_norm", "layer_norm", "group_norm", "instance_norm"]);

/** Whether a layer multiplies by weights. */
export function isWeighted(layer: LayerConfig): boolean {
  return "units" in layer.arguments || "filters" in layer.arguments;
}

/** Outputs of a weighted layer: units or filters. */
export function widthOf(layer: LayerConfig): number {
  return Number(layer.arguments.units ?? layer.arguments.filters);
}

/** The path of a weighted layer's width. */
export function widthPath(layer: LayerConfig): string {
  return `${layer.path}.${"units" in layer.arguments ? "units" : "filters"}`;
}

/** A layer's own activation; null where it is linear. */
export function ownActivation(layer: LayerConfig): ActivationView | null {
  const kind = layers.get(layer.kind)?.activation(layer.arguments) ?? null;
  if (kind === null) return null;
  return { kind, path: "activation" in layer.arguments ? `${layer.path}.activation` : layer.path };
}

/** Whether a layer, its activation included, is a linear (affine) function of its input. */
export function isLinear(layer: LayerConfig): boolean {
  return linearKinds.has(layer.kind) || (isWeighted(layer) && ownActivation(layer) === null);
}

export function isNormalising(layer: LayerConfig): boolean {
  return normalisingKinds.has(layer.kind);
}

export function isActivation(layer: LayerConfig): boolean {
  return activations.has(layer.kind) || layer.kind === "prelu";
}

/** The last layer with weights: the one that makes the outputs. */
export function outputLayer(config: TrainingConfig): LayerConfig | null {
  return config.model.findLast(isWeighted) ?? null;
}

/** The activation that the outputs pass last; null for linear outputs and where something else stands at the end. */
export function outputActivation(config: TrainingConfig): ActivationView | null {
  const last = config.model.findLast((layer) => !transparentKinds.has(layer.kind));
  return last === undefined ? null : ownActivation(last);
}

/** An edit that takes an activation away. */
export function withoutActivation(activation: ActivationView): { path: string; remove: true } {
  return { path: activation.path, remove: true };
}

/** Where the model's last activation stands, or would stand; null for a model without weights. */
export function outputActivationPath(config: TrainingConfig): string | null {
  const layer = outputLayer(config);
  return outputActivation(config)?.path ?? (layer === null ? null : `${layer.path}.activation`);
}

/** An edit that gives the model this last activation, in place of the one that it has; `path` is `outputActivationPath`. */
export function withOutputActivation(path: string, kind: string): { path: string; value: string } {
  // an activation that is a layer of its own, model[3].relu, is replaced as a layer
  return { path: path.endsWith(".activation") ? path : placeOf(path), value: kind };
}

/** The place in the list of a layer's path: `model[2]` of `model[2].dense`. */
export function placeOf(path: string): string {
  return path.replace(/\.[a-z0-9_]+$/, "");
}

/** Layers behind the one that makes the outputs. */
export function behindOutput(config: TrainingConfig): readonly LayerConfig[] {
  const last = config.model.findLastIndex(isWeighted);
  return last < 0 ? [] : config.model.slice(last + 1);
}

/** Weighted layers before the one that makes the outputs. */
export function hiddenLayers(config: TrainingConfig): readonly LayerConfig[] {
  return config.model.filter(isWeighted).slice(0, -1);
}

/** The activation behind a weighted layer, its own or one that follows before the next weighted layer; null for none. */
export function activationAfter(config: TrainingConfig, layer: LayerConfig): ActivationView | null {
  const own = ownActivation(layer);
  if (own !== null) return own;
  const rest = config.model.slice(config.model.indexOf(layer) + 1);
  const next = rest.findIndex(isWeighted);
  const found = rest.slice(0, next < 0 ? undefined : next).find(isActivation);
  return found === undefined ? null : ownActivation(found);
}

/** Whether the outputs, before the last activation, are a linear function of the inputs. */
export function isLinearModel(config: TrainingConfig): boolean {
  const last = config.model.findLastIndex(isWeighted);
  return config.model.slice(0, Math.max(last, 0)).every(isLinear);
}
