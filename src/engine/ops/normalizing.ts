/** What the forms of normalisations share. */
import type { Tensor } from "../graph/builder.js";
import { div, reduceMean, reshape, shift, sqrt, square, sub } from "../graph/functions.js";

/** (x - mean) / sqrt(var + epsilon), mean and var over these axes. */
export function standardized(x: Tensor, axes: readonly number[], epsilon: number): Tensor {
  const centered = sub(x, reduceMean(x, axes, true));
  return div(centered, sqrt(shift(reduceMean(square(centered), axes, true), epsilon)));
}

/** A vector with an element a channel in a shape that broadcasts to [N, C, ...] of this rank. */
export function alongChannels(vector: Tensor, rank: number): Tensor {
  return rank <= 2 ? vector : reshape(vector, [-1, ...Array.from({ length: rank - 2 }, () => 1)]);
}
