/** Steps that `masking` took out, on their way through a model. */
import type { Tensor } from "../graph/builder.js";
import { activations } from "./activations/registry.js";
import type { LayerOutline } from "./outline.js";

/** Layers whose every step stands for the step at the same place of their input. */
const stepwise = new Set(["masking", "embedding", "positional_embedding", "attention", "transformer", "dropout", "gaussian_noise", "prelu", "residual", "add", "concat"]);
/** Those of them that take a row of values for features, not for steps. */
const stepwiseOnFeatures = new Set(["dense", "maxout", "batch_norm", "layer_norm"]);

/** Which steps of a layer's output count, by those of what it reads: the same where each step stands for itself; all of them behind flatten, pooling or a last state. */
export function stepsAfter(layer: LayerOutline, read: readonly (Tensor | null)[]): Tensor | null {
  const { kind, inputShape, outputShape } = layer;
  const keeps = stepwise.has(kind) || activations.has(kind) || layer.arguments["return_sequences"] === true
    || (stepwiseOnFeatures.has(kind) && inputShape.length > 1)
    || (kind === "conv1d" && inputShape[0] === outputShape[0]);
  return keeps && read.every((steps) => steps !== null) ? read[0] : null;
}
