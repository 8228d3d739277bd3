/** The shapes, parameters and cost of a listed model, worked out before anything is built. */
import { DescentError } from "../../common/errors.js";
import type { Chosen } from "../defineKind.js";
import type { LayerConfig } from "../training/config.js";
import { activations } from "./activations/registry.js";
import { defaultInitBefore } from "./arguments.js";
import type { ParameterSpec } from "./defineLayer.js";
import { branchesOf } from "./nested.js";
import { layers } from "./registry.js";
import { asksForSequences, givesSequence } from "./sequenceModels.js";

export interface LayerOutline {
  readonly name: string;
  readonly kind: string;
  readonly path: string;
  /** Names of the layers that it is part of, outermost first. */
  readonly within: readonly string[];
  /** The layers whose outputs it reads, by name; `modelInputs` for the data. Several where branches are joined. */
  readonly reads: readonly string[];
  /** With every default in place. */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** The activation that the layer ends with; null: linear. */
  readonly activation: string | null;
  /** What reaches the layer and what leaves it, without the batch dimension. */
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  /** Whether what reaches it is [time, features]. */
  readonly readsSequence: boolean;
  /** What it owns, running statistics included, with the initialisers decided. */
  readonly tensors: readonly ParameterSpec[];
  /** Number of learned values. */
  readonly parameters: number;
  /** Multiply-adds of one example's forward pass. */
  readonly operations: number;
}

/** Where layers read from that read the data. */
export const modelInputs = "inputs";

/**
 * Works out every layer of a model that reads examples of `inputShape` (images channels first), layers within others before
 * the one that joins them: each reads what stands before it in the list, the first one `reads`. The last one's output is the model's.
 * Examples of one channel are [time, features] to a model that asks for sequences.
 * Throws DescentError `shape-mismatch` or `unknown-layer` with the layer's path; both shapes are named.
 */
export function outlineModel(model: readonly LayerConfig[], inputShape: readonly number[], reads = modelInputs): LayerOutline[] {
  const outlines: LayerOutline[] = [];
  const oneChannel = reads === modelInputs && inputShape.length === 3 && inputShape[0] === 1;
  const isSequence = asksForSequences(model) && (inputShape.length === 2 || oneChannel);
  outlineSequence(model, { name: reads, shape: isSequence ? inputShape.slice(-2) : inputShape, isSequence }, [], outlines);
  return outlines;
}

/** What flows from one layer to the next: the name of the layer that gives it, and its shape. */
interface Flow {
  readonly name: string;
  readonly shape: readonly number[];
  readonly isSequence: boolean;
}

/** `after`: the layers that follow the sequence. */
function outlineSequence(sequence: readonly LayerConfig[], read: Flow, after: readonly LayerConfig[], outlines: LayerOutline[]): Flow {
  return sequence.reduce((flow, layer, i) => outlineLayer(layer, flow, [...sequence.slice(i + 1), ...after], outlines), read);
}

function outlineLayer(layer: LayerConfig, read: Flow, after: readonly LayerConfig[], outlines: LayerOutline[]): Flow {
  const kind = layers.get(layer.kind);
  if (kind === undefined) throw new DescentError("unknown-layer", `There is no layer named ${layer.kind}.`, { path: layer.path });
  if ("times" in kind) throw new Error(`${layer.name}: a repeat is written out by listLayers`);
  const args = kind.arguments.parse(layer.arguments);
  const init = initByWhatFollows(after);
  const ends = "branches" in kind ? kind.branches(args).map((branch) => outlineSequence(branch, read, after, outlines)) : [read];
  const { output, parameters, operations } = within(layer, () => ("branches" in kind ? kind.joinedShapes(args, ends.map(({ shape }) => shape), init) : kind.shapes(args, { shape: read.shape, defaultInit: init, isSequence: read.isSequence })));
  const learned = parameters.filter((p) => p.role !== "statistic").reduce((sum, p) => sum + p.shape.reduce((a, b) => a * b, 1), 0);
  outlines.push({
    name: layer.name, kind: layer.kind, path: layer.path, within: layer.within ?? [], arguments: args, activation: kind.activation(args),
    reads: ends.map(({ name }) => name), inputShape: read.shape, outputShape: output, readsSequence: read.isSequence, tensors: parameters, parameters: learned, operations,
  });
  return { name: layer.name, shape: output, isSequence: givesSequence(layer.kind, output, ends.map((end) => end.isSequence)) };
}

/** Errors get the layer's place. */
function within<T>(layer: LayerConfig, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof DescentError ? error.at({ path: layer.path }) : error;
  }
}

/** Layers between weights and their activation that do not change which initialiser fits. */
const transparent = new Set(["batch_norm", "dropout", "max_pool", "avg_pool", "flatten", "global_avg_pool", "global_max_pool", "layer_norm", "group_norm", "instance_norm", "gaussian_noise", "reshape", "permute", "upsample"]);

/** The default initialiser of a linear layer's weights, by the first activation after it. */
function initByWhatFollows(after: readonly LayerConfig[]): Chosen {
  const next = firstOpaque(after);
  const isActivation = next !== undefined && (activations.has(next.kind) || next.kind === "prelu");
  return defaultInitBefore(isActivation ? next.kind : "linear");
}

/** The first layer that is not transparent; of branches, the first one's that has any. */
function firstOpaque(sequence: readonly LayerConfig[]): LayerConfig | undefined {
  for (const layer of sequence) {
    if (transparent.has(layer.kind)) continue;
    const branches = branchesOf(layer);
    const inside = branches.map(firstOpaque).find((found) => found !== undefined);
    if (branches.length === 0 || inside !== undefined) return inside ?? layer;
  }
  return undefined;
}
