/** global_avg_pool and global_max_pool: one value a channel of an image, one a feature of a sequence. */
import type { Tensor } from "../graph/builder.js";
import { exampleShape } from "./channels.js";
import type { LayerShapes } from "./defineLayer.js";
import { asSequence } from "./sequences.js";
import { withChannels } from "./window.js";

/** [channels, height, width] to [channels], [time, features] to [features]. */
export function globalPoolShapes(kind: string, shape: readonly number[]): LayerShapes {
  const input = shape.length === 2 ? asSequence(kind, shape) : shape.length === 4 ? shape : withChannels(kind, shape);
  return { input, output: [shape.length === 2 ? input[1] : input[0]], parameters: [], operations: 0 };
}

/** The pool of x over its positions, by `image` for images and `sequence` for sequences. */
export function globalPool(x: Tensor, image: "GlobalAveragePool" | "GlobalMaxPool", sequence: "ReduceMean" | "ReduceMax"): Tensor {
  const graph = x.builder;
  if (exampleShape(x).length === 2) return graph.op(sequence, [x, graph.ints([1])], { keepdims: 0 });
  return graph.op("Flatten", [graph.op(image, [x])], { axis: 1 });
}
