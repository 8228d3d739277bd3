/**
 * The model as rules speak of it: layers in order, what they compute, what stands at the end. A layer of layers is one entry of the list
 * that it stands in; what is within it is looked at as lists of their own (`sequences`), or one by one (`everyLayer`).
 */
import { activations } from "../engine/layers/activations/registry.js";
import { branchesOf, everyLayer } from "../engine/layers/nested.js";
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
/** An imported model (importedView.ts) was trained on inputs of the scale that it had. */
const normalisingKinds = new Set(["batch_norm", "layer_norm", "group_norm", "instance_norm", "onnx"]);

/** Whether a layer multiplies by weights. */
export function isWeighted(layer: LayerConfig): boolean {
  return "units" in layer.arguments || "filters" in layer.arguments;
}

/** Whether a layer, or one within it, multiplies by weights. */
export function holdsWeights(layer: LayerConfig): boolean {
  return everyLayer([layer]).some(isWeighted);
}

/** Whether what the model reads are places in a table of vectors: the numbers of words, of users, of categories. */
export function readsIndices(model: readonly LayerConfig[]): boolean {
  const all = everyLayer(model);
  const first = all.findIndex((layer) => layer.kind === "embedding" || isWeighted(layer) || isNormalising(layer));
  return first >= 0 && all[first].kind === "embedding";
}

/** Lists of layers that follow each other: the model's own, and every branch within it. */
export function sequences(model: readonly LayerConfig[]): readonly (readonly LayerConfig[])[] {
  return [model, ...model.flatMap((layer) => branchesOf(layer).flatMap(sequences))];
}

/** What comes behind a layer up to the model's end: the rest of its branch, then what stands behind the layers that hold it. */
function following(model: readonly LayerConfig[], layer: LayerConfig): readonly LayerConfig[] {
  const own = model.indexOf(layer);
  if (own >= 0) return model.slice(own + 1);
  const index = model.findIndex((entry) => everyLayer([entry]).includes(layer));
  const rest = model.slice(index + 1);
  if (index < 0) return rest;
  const branch = branchesOf(model[index]).find((entries) => everyLayer(entries).includes(layer))!;
  return [...following(branch, layer), ...rest];
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

/** Whether a layer, its activation included, is a linear (affine) function of its input; branches of such layers, joined, are one too. */
export function isLinear(layer: LayerConfig): boolean {
  const branches = branchesOf(layer);
  if (branches.length > 0) return branches.every((branch) => branch.every(isLinear));
  return linearKinds.has(layer.kind) || (isWeighted(layer) && ownActivation(layer) === null);
}

export function isNormalising(layer: LayerConfig): boolean {
  return normalisingKinds.has(layer.kind);
}

export function isActivation(layer: LayerConfig): boolean {
  return activations.has(layer.kind) || layer.kind === "prelu";
}

/** The last layer with weights, where it alone makes the outputs; null where branches do. */
export function outputLayer(config: TrainingConfig): LayerConfig | null {
  const last = config.model.findLast(holdsWeights);
  return last !== undefined && isWeighted(last) ? last : null;
}

/** The activation that the outputs pass last; null for linear outputs and where something else stands at the end, such as branches. */
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
  const last = config.model.findLastIndex(holdsWeights);
  return last < 0 ? [] : config.model.slice(last + 1);
}

/** Weighted layers before the one that makes the outputs, those in branches included. */
export function hiddenLayers(config: TrainingConfig): readonly LayerConfig[] {
  const output = config.model.findLast(holdsWeights);
  return everyLayer(config.model).filter((layer) => isWeighted(layer) && layer !== output);
}

/** Hidden layers that everything passes: none that a branch leads around. */
export function unavoidableLayers(config: TrainingConfig): readonly LayerConfig[] {
  return hiddenLayers(config).filter((layer) => config.model.includes(layer));
}

/** The activation behind a weighted layer, its own or one that follows before the next weighted layer; null for none. */
export function activationAfter(config: TrainingConfig, layer: LayerConfig): ActivationView | null {
  const own = ownActivation(layer);
  if (own !== null) return own;
  const rest = following(config.model, layer);
  const next = rest.findIndex(holdsWeights);
  const found = rest.slice(0, next < 0 ? undefined : next).find(isActivation);
  return found === undefined ? null : ownActivation(found);
}

/** Whether the outputs, before the last activation, are a linear function of the inputs. */
export function isLinearModel(config: TrainingConfig): boolean {
  const last = config.model.findLastIndex(holdsWeights);
  const output = config.model[last];
  return config.model.slice(0, Math.max(last, 0)).every(isLinear) && (output === undefined || branchesOf(output).every((branch) => branch.every(isLinear)));
}
