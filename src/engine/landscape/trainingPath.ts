/** The plane in which a training moved most: principal directions of the weights that it passed (Li et al. 2018, 7). */
import { DescentError } from "../../common/errors.js";
import { symmetricEigen } from "../projection/symmetricEigen.js";
import type { TensorValues } from "../training/parameters.js";
import type { Direction } from "./filterNormalization.js";

export interface TrainingPath {
  /** Unit vectors, the first one along the larger variance. The path begins at the left and, where it begins beside the middle, below. */
  readonly directions: readonly [Direction, Direction];
  /** Places of the points relative to the last one, along the two directions. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Shares of the variance along the two, within [0, 1]. */
  readonly variance: readonly [number, number];
}

/** Variance along the second direction, by that along the first, below which there is no plane. */
const flat = 1e-9;

/**
 * Principal directions of `points`, the weights of `names` in the order of training. From the points' inner products, so that the cost grows with the
 * weights only in proportion. Throws `path-too-short` for fewer than three points, `path-without-plane` where they all lie on a line.
 */
export function trainingPath(points: readonly Readonly<TensorValues>[], names: readonly string[]): TrainingPath {
  const n = points.length;
  if (n < 3) throw new DescentError("path-too-short", `A plane needs the weights of three steps; those of ${n === 1 ? "one is" : `${n} are`} kept.`);
  const products = centred(innerProducts(points, names), n);
  const { values, vectors } = symmetricEigen(products, n);
  if (!(values[0] > 0)) throw new DescentError("path-without-plane", "The weights did not move between the steps that are kept: there is no path to draw.");
  if (values[1] <= flat * values[0]) throw new DescentError("path-without-plane", "The weights that are kept lie on one line: there is no second direction to draw the loss along.");
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  const axis = (k: number): { readonly direction: Direction; readonly places: Float64Array } => {
    // along a component a centred point lies at sqrt(value) times its entry of the vector
    const scale = Math.sqrt(values[k]);
    const entries = vectors.subarray(k * n, (k + 1) * n);
    const sign = entries[0] > entries[n - 1] ? -1 : 1;
    const mean = entries.reduce((sum, entry) => sum + entry, 0) / n;
    const weights = entries.map((entry) => (sign * (entry - mean)) / scale);
    return { direction: combination(points, weights, names), places: entries.map((entry) => sign * scale * (entry - entries[n - 1])) };
  };
  const [first, second] = [axis(0), axis(1)];
  return { directions: [first.direction, second.direction], x: first.places, y: second.places, variance: [values[0] / total, values[1] / total] };
}

/** [n, n] */
function innerProducts(points: readonly Readonly<TensorValues>[], names: readonly string[]): Float64Array {
  const n = points.length;
  const products = new Float64Array(n * n);
  // differences from the last point: of large weights that hardly moved, little would be left in the products themselves
  const last = points[n - 1];
  for (const name of names) {
    const end = last[name].data;
    const moved = points.map(({ [name]: { data } }) => Float64Array.from(data, (value, i) => value - end[i]));
    for (let a = 0; a < n; a++) {
      for (let b = a; b < n; b++) {
        let sum = 0;
        for (let i = 0; i < end.length; i++) sum += moved[a][i] * moved[b][i];
        products[a * n + b] += sum;
        if (a !== b) products[b * n + a] += sum;
      }
    }
  }
  return products;
}

/** The products of the points less their mean. */
function centred(products: Float64Array, n: number): Float64Array {
  const means = Float64Array.from({ length: n }, (_, row) => products.subarray(row * n, (row + 1) * n).reduce((sum, value) => sum + value, 0) / n);
  const all = means.reduce((sum, value) => sum + value, 0) / n;
  return products.map((value, i) => value - means[Math.floor(i / n)] - means[i % n] + all);
}

/** The sum of the points by these weights, which add up to 0. */
function combination(points: readonly Readonly<TensorValues>[], weights: Float64Array, names: readonly string[]): Direction {
  return new Map(names.map((name) => {
    const sum = new Float64Array(points[0][name].data.length);
    points.forEach(({ [name]: { data } }, k) => data.forEach((value, i) => (sum[i] += weights[k] * value)));
    return [name, Float32Array.from(sum)];
  }));
}
