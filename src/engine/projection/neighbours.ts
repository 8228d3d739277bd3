/** The nearest neighbours of many points: exactly where they are few, nearly where they are many. */
import { RandomStream } from "../random/stream.js";
import { floatsAt, integersAt, roundUp4, type Kernels } from "./kernels.js";
import type { Team } from "./team.js";
import { columnMeans, type Points } from "./points.js";

/** [rows, k] each, nearest first; distances are squared. A point is no neighbour of itself. */
export interface Neighbours {
  readonly indices: Int32Array;
  readonly distances: Float32Array;
  readonly k: number;
}

/** Up to so many points every distance is computed: 20,000 take a second or two. */
const mostExact = 20_000;
/** Points of one unit of work in the exact search. */
const unit = 64;
/** Points that a point is compared with in the other one, as a share of all and at least; with a tenth, 97 of 100 neighbours of MNIST are the true ones. */
const comparedShare = 0.1;
const comparedLeast = 4000;
/** Rounds of k-means for the clusters. */
const rounds = 4;

/**
 * The k nearest neighbours of each point. Above 20,000 points they are gathered into clusters, and each is compared with the points of the
 * clusters nearest to its own (an inverted file, Jegou, Douze and Schmid, 2011). The same points give the same neighbours, with any number of threads.
 */
export function nearestNeighbours(kernels: Kernels, team: Team, points: Points, k: number, exactUpTo = mostExact): Neighbours {
  const { rows } = points;
  const search = rows <= exactUpTo ? everywhere(rows) : nearClusters(points);
  const { order, units, stretches } = search;
  const width = roundUp4(points.width);
  kernels.setUpSearch(rows, width, k, units.length / 4, stretches.length / 2, team.threads);
  const means = columnMeans(points); // around 0, float32 keeps more of small distances
  const data = floatsAt(kernels, kernels.searchPoints(), rows * width);
  const norms = floatsAt(kernels, kernels.searchNorms(), rows);
  for (let i = 0; i < rows; i++) {
    let square = 0;
    for (let c = 0; c < points.width; c++) {
      const value = Math.fround(points.data[order[i] * points.width + c] - means[c]);
      data[i * width + c] = value;
      square += value * value;
    }
    norms[i] = square;
  }
  integersAt(kernels, kernels.searchUnitsAddress(), units.length).set(units);
  integersAt(kernels, kernels.searchStretches(), stretches.length).set(stretches);
  team.search(units.length / 4);
  const foundIndices = integersAt(kernels, kernels.searchIndices(), rows * k);
  const foundDistances = floatsAt(kernels, kernels.searchDistances(), rows * k);
  const indices = new Int32Array(rows * k);
  const distances = new Float32Array(rows * k);
  for (let i = 0; i < rows; i++) {
    const to = order[i] * k;
    for (let j = 0; j < k; j++) indices[to + j] = order[foundIndices[i * k + j]];
    distances.set(foundDistances.subarray(i * k, (i + 1) * k), to);
  }
  return { indices, distances, k };
}

/** Points in the order of the search, units [first, end, first stretch, end stretch] and stretches [first, end]. */
interface Search {
  readonly order: Int32Array;
  readonly units: number[];
  readonly stretches: number[];
}

function everywhere(rows: number): Search {
  const units: number[] = [];
  for (let first = 0; first < rows; first += unit) units.push(first, Math.min(rows, first + unit), 0, 1);
  return { order: Int32Array.from({ length: rows }, (_, i) => i), units, stretches: [0, rows] };
}

function nearClusters(points: Points): Search {
  const { rows, width } = points;
  const count = Math.round(Math.sqrt(rows));
  const { centres, cluster } = clustersOf(points, count);
  const firsts = new Int32Array(count + 1);
  for (const c of cluster) firsts[c + 1]++;
  for (let c = 0; c < count; c++) firsts[c + 1] += firsts[c];
  const next = firsts.slice(0, count);
  const order = new Int32Array(rows);
  for (let i = 0; i < rows; i++) order[next[cluster[i]]++] = i;
  const wanted = Math.max(comparedLeast, rows * comparedShare);
  const units: number[] = [];
  const stretches: number[] = [];
  for (let c = 0; c < count; c++) {
    if (firsts[c] === firsts[c + 1]) continue;
    const far = Float64Array.from({ length: count }, (_, other) => squaredDistance(centres, c * width, centres, other * width, width));
    const near = Array.from(far.keys()).sort((a, b) => far[a] - far[b]);
    const begin = stretches.length / 2;
    let compared = 0;
    for (const other of near) {
      if (compared >= wanted) break;
      compared += firsts[other + 1] - firsts[other];
      stretches.push(firsts[other], firsts[other + 1]);
    }
    for (let first = firsts[c]; first < firsts[c + 1]; first += unit) units.push(first, Math.min(firsts[c + 1], first + unit), begin, stretches.length / 2);
  }
  return { order, units, stretches };
}

/** k-means (Lloyd) on a sample, then each point's nearest centre. */
function clustersOf({ data, rows, width }: Points, count: number): { centres: Float64Array; cluster: Int32Array } {
  const random = new RandomStream(0, "clusters of neighbours");
  const chosen = Int32Array.from({ length: rows }, (_, i) => i);
  random.shuffle(chosen);
  const centres = new Float64Array(count * width);
  for (let c = 0; c < count; c++) for (let d = 0; d < width; d++) centres[c * width + d] = data[chosen[c] * width + d];
  const sample = chosen.subarray(0, Math.min(rows, 24 * count));
  const nearestCentre = (i: number) => {
    let best = 0;
    let least = Infinity;
    for (let c = 0; c < count; c++) {
      let sum = 0;
      for (let d = 0; d < width && sum < least; d++) sum += (data[i * width + d] - centres[c * width + d]) ** 2;
      if (sum >= least) continue;
      least = sum;
      best = c;
    }
    return best;
  };
  for (let round = 0; round < rounds; round++) {
    const sums = new Float64Array(count * width);
    const sizes = new Int32Array(count);
    for (const i of sample) {
      const c = nearestCentre(i);
      sizes[c]++;
      for (let d = 0; d < width; d++) sums[c * width + d] += data[i * width + d];
    }
    for (let c = 0; c < count; c++) if (sizes[c] > 0) for (let d = 0; d < width; d++) centres[c * width + d] = sums[c * width + d] / sizes[c];
  }
  return { centres, cluster: Int32Array.from({ length: rows }, (_, i) => nearestCentre(i)) };
}

function squaredDistance(a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number, width: number): number {
  let sum = 0;
  for (let d = 0; d < width; d++) sum += (a[i + d] - b[j + d]) ** 2;
  return sum;
}
