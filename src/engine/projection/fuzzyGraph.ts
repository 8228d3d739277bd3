/** From nearest neighbours to UMAP's fuzzy simplicial set (McInnes, Healy and Melville, 2018, algorithms 2 and 3). */
import type { Neighbours } from "./neighbours.js";

/** Both directions of each edge; a head's edges stand together. Weights within (0, 1]. */
export interface FuzzyGraph {
  readonly heads: Int32Array;
  readonly tails: Int32Array;
  readonly weights: Float32Array;
}

/** The least width of a neighbourhood, as a share of the mean distance (umap-learn's MIN_K_DIST_SCALE). */
const leastWidth = 1e-3;

/** The union w + w' - w w' of every point's own memberships w and those that it has in its neighbours' sets. */
export function fuzzyGraph({ indices, distances, k }: Neighbours, rows: number): FuzzyGraph {
  const membership = memberships(Float64Array.from(distances, Math.sqrt), rows, k);
  // every edge i -> j is entered in both rows, then equal columns of a row are joined
  const firsts = new Int32Array(rows + 1);
  for (const j of indices) firsts[j + 1]++;
  for (let i = 0; i < rows; i++) firsts[i + 1] += firsts[i] + k;
  const columns = new Int32Array(firsts[rows]);
  const values = new Float64Array(firsts[rows]);
  const next = firsts.slice(0, rows);
  for (let i = 0; i < rows; i++) {
    for (let e = i * k; e < (i + 1) * k; e++) {
      const j = indices[e];
      columns[next[i]] = j;
      values[next[i]++] = membership[e];
      columns[next[j]] = i;
      values[next[j]++] = membership[e];
    }
  }
  const heads = new Int32Array(firsts[rows]);
  const tails = new Int32Array(firsts[rows]);
  const weights = new Float32Array(firsts[rows]);
  const place = new Int32Array(rows).fill(-1);
  let kept = 0;
  for (let i = 0; i < rows; i++) {
    const start = kept;
    for (let e = firsts[i]; e < firsts[i + 1]; e++) {
      const j = columns[e];
      if (j === i) continue;
      const at = place[j];
      if (at >= start) weights[at] = weights[at] + values[e] - weights[at] * values[e];
      else {
        place[j] = kept;
        heads[kept] = i;
        tails[kept] = j;
        weights[kept++] = values[e];
      }
    }
  }
  return { heads: heads.slice(0, kept), tails: tails.slice(0, kept), weights: weights.slice(0, kept) };
}

/** exp(-(d - rho) / sigma), rho the nearest distance above 0 and sigma such that a row's memberships sum to log2 of its size, itself counted. */
function memberships(distances: Float64Array, rows: number, k: number): Float64Array {
  const result = new Float64Array(rows * k);
  const target = Math.log2(k + 1);
  const mean = distances.reduce((sum, d) => sum + d, 0) / (rows * (k + 1));
  for (let i = 0; i < rows; i++) {
    const own = distances.subarray(i * k, (i + 1) * k);
    const rho = own.find((d) => d > 0) ?? 0;
    let [low, high, sigma] = [0, Infinity, 1];
    for (let step = 0; step < 64; step++) {
      let sum = 0;
      for (const d of own) sum += d > rho ? Math.exp(-(d - rho) / sigma) : 1;
      if (Math.abs(sum - target) < 1e-5) break;
      if (sum > target) {
        high = sigma;
        sigma = (low + high) / 2;
      } else {
        low = sigma;
        sigma = high === Infinity ? sigma * 2 : (low + high) / 2;
      }
    }
    const ownMean = own.reduce((sum, d) => sum + d, 0) / (k + 1);
    sigma = Math.max(sigma, leastWidth * (rho > 0 ? ownMean : mean));
    for (let j = 0; j < k; j++) result[i * k + j] = own[j] <= rho || sigma === 0 ? 1 : Math.exp(-(own[j] - rho) / sigma);
  }
  return result;
}
