/** Two axes are those of an image, or time and features: what decides for a model, and for what each of its layers gives. */
import type { LayerConfig } from "../training/config.js";
import { branchesOf } from "./nested.js";

/** Layers that read [time, features]. */
const readSequences = new Set(["conv1d", "lstm", "gru", "rnn", "attention", "transformer", "masking", "positional_embedding"]);
/** Layers that take axes as they are, whatever these mean. */
const rearrange = new Set(["reshape", "permute"]);
/** Layers to which two axes are those of an image. */
const readImages = new Set(["conv2d", "conv3d", "depthwise_conv2d", "conv2d_transpose", "max_pool", "avg_pool", "fractional_max_pool", "upsample"]);

/** Whether data of two axes are sequences to a model: whether the first of its layers to which axes mean something reads sequences. */
export function asksForSequences(model: readonly LayerConfig[]): boolean {
  const first = inOrder(model).find(({ kind }) => readSequences.has(kind) || readImages.has(kind) || rearrange.has(kind));
  return first !== undefined && readSequences.has(first.kind);
}

/** Every layer, those that hold others before what they hold. */
function inOrder(model: readonly LayerConfig[]): readonly LayerConfig[] {
  return model.flatMap((layer) => [layer, ...branchesOf(layer).flatMap(inOrder)]);
}

/** Whether what a layer gives is a sequence, by its kind and by whether everything that it reads is. */
export function givesSequence(kind: string, output: readonly number[], reads: readonly boolean[]): boolean {
  return output.length === 2 && (readSequences.has(kind) || kind === "embedding" || (!rearrange.has(kind) && reads.every(Boolean)));
}
