/** The shapes, parameters and cost of a listed model, worked out before anything is built. */
import { DescentError } from "../../common/errors.js";
import type { Chosen } from "../defineKind.js";
import type { LayerConfig } from "../training/config.js";
import { activations } from "./activations/registry.js";
import { defaultInitBefore } from "./arguments.js";
import type { ParameterSpec } from "./defineLayer.js";
import { layers } from "./registry.js";

export interface LayerOutline {
  readonly name: string;
  readonly kind: string;
  readonly path: string;
  /** With every default in place. */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** The activation that the layer ends with; null: linear. */
  readonly activation: string | null;
  /** What reaches the layer and what leaves it, without the batch dimension. */
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  /** What it owns, running statistics included, with the initialisers decided. */
  readonly tensors: readonly ParameterSpec[];
  /** Number of learned values. */
  readonly parameters: number;
  /** Multiply-adds of one example's forward pass. */
  readonly operations: number;
}

/**
 * Works out every layer of a model that reads examples of `inputShape` (images channels first).
 * Throws DescentError `shape-mismatch` or `unknown-layer` with the layer's path; both shapes are named.
 */
export function outlineModel(model: readonly LayerConfig[], inputShape: readonly number[]): LayerOutline[] {
  const outlines: LayerOutline[] = [];
  let shape = inputShape;
  for (const [index, layer] of model.entries()) {
    const kind = layers.get(layer.kind);
    if (kind === undefined) throw new DescentError("unknown-layer", `There is no layer named ${layer.kind}.`, { path: layer.path });
    const args = kind.arguments.parse(layer.arguments);
    try {
      const { output, parameters, operations } = kind.shapes(args, { shape, defaultInit: initByWhatFollows(model, index) });
      const learned = parameters.filter((p) => p.role !== "statistic").reduce((sum, p) => sum + p.shape.reduce((a, b) => a * b, 1), 0);
      outlines.push({
        name: layer.name, kind: layer.kind, path: layer.path, arguments: args, activation: kind.activation(args),
        inputShape: shape, outputShape: output, tensors: parameters, parameters: learned, operations,
      });
      shape = output;
    } catch (error) {
      throw error instanceof DescentError ? error.at({ path: layer.path }) : error;
    }
  }
  return outlines;
}

/** Layers between weights and their activation that do not change which initialiser fits. */
const transparent = new Set(["batch_norm", "dropout", "max_pool", "avg_pool", "flatten", "global_avg_pool", "global_max_pool", "layer_norm", "group_norm", "instance_norm", "gaussian_noise", "reshape", "permute", "upsample"]);

/** The default initialiser of a linear layer's weights, by the first activation after it. */
function initByWhatFollows(model: readonly LayerConfig[], index: number): Chosen {
  const next = model.slice(index + 1).find((layer) => !transparent.has(layer.kind));
  const isActivation = next !== undefined && (activations.has(next.kind) || next.kind === "prelu");
  return defaultInitBefore(isActivation ? next.kind : "linear");
}
