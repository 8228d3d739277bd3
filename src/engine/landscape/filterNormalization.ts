/** Random directions that say the same of networks of any scale: Li et al., Visualizing the Loss Landscape of Neural Nets, 2018, 4. */
import { RandomStream } from "../random/stream.js";
import type { ModelTensor, TensorValues } from "../training/parameters.js";

/** A direction in the space of the weights: changes by full name; a tensor that it does not name stays as it is. */
export type Direction = ReadonlyMap<string, Float32Array>;

/** As the reference implementation has it: a filter of zeros is not divided by. */
const tiny = 1e-10;

/**
 * d_f |theta_f| / |d_f| for each filter f: what leads to one unit of `outputAxis` (a filter of a convolution, the weights into one unit of a dense
 * layer). Shapes of both are `shape`.
 */
export function filterNormalized(direction: Float32Array, weights: Float32Array, shape: readonly number[], outputAxis: number): Float32Array {
  const filters = shape[outputAxis];
  const inner = shape.slice(outputAxis + 1).reduce((product, dim) => product * dim, 1);
  const filterOf = (i: number): number => Math.floor(i / inner) % filters;
  const [own, wanted] = [new Float64Array(filters), new Float64Array(filters)];
  for (let i = 0; i < direction.length; i++) {
    own[filterOf(i)] += direction[i] ** 2;
    wanted[filterOf(i)] += weights[i] ** 2;
  }
  return direction.map((value, i) => (value * Math.sqrt(wanted[filterOf(i)])) / (Math.sqrt(own[filterOf(i)]) + tiny));
}

/**
 * A direction of normal draws, filter-normalised. Vectors (biases, gains and shifts of normalisation) stay as they are, as in the paper. Equal
 * seeds give equal directions for the same tensors.
 */
export function randomDirection(tensors: readonly ModelTensor[], weights: Readonly<TensorValues>, seed: number, which: "x" | "y"): Direction {
  const direction = new Map<string, Float32Array>();
  for (const { fullName, shape, outputAxis } of tensors) {
    if (shape.length < 2) continue;
    const random = new RandomStream(seed, `surface/${which}/${fullName}`);
    const drawn = Float32Array.from({ length: weights[fullName].data.length }, () => random.normal());
    direction.set(fullName, filterNormalized(drawn, weights[fullName].data, shape, outputAxis));
  }
  return direction;
}
