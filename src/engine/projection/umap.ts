/** UMAP: a layout of points in the plane that keeps the fuzzy neighbourhoods of the data (McInnes, Healy and Melville, 2018). */
import { RandomStream } from "../random/stream.js";
import { fuzzyGraph, type FuzzyGraph } from "./fuzzyGraph.js";
import { floatsAt, instantiateKernels, integersAt, type Kernels, type ProjectionWasm } from "./kernels.js";
import { nearestNeighbours } from "./neighbours.js";
import { principalComponents } from "./pca.js";
import { checkPoints, type Points } from "./points.js";
import { Team, type Helpers } from "./team.js";

export interface UmapOptions {
  /** Neighbours of a point, itself counted. */
  readonly neighbours: number;
  /** How close points may lie. */
  readonly minimumDistance: number;
  /** null: 500 epochs to 10,000 points, 200 above; of a layout that goes on from another, two fifths of them. */
  readonly epochs: number | null;
  readonly seed: number;
  /** A layout of the same points to start from, [rows, 2]; null starts from the principal components. */
  readonly start: Float32Array | null;
  /** Threads that help to find neighbours; null: the calling one works alone. The layout is the same. */
  readonly helpers: Helpers | null;
}

/** umap-learn's defaults. */
export const umapDefaults: UmapOptions = { neighbours: 15, minimumDistance: 0.1, epochs: null, seed: 0, start: null, helpers: null };

/** Wider points are reduced to this many principal components first, as for t-SNE. */
const widest = 50;
const reductionTolerance = 1e-3;
/** Other points from which a sampled one is pushed away, for each sample of an edge. */
const negativeSamples = 5;
/** The layout's extent at the start. */
const extent = 10;
/** Values of the table of forces: 128 an octave. */
const tableSize = 32_768;

/** A layout under way: as `Tsne`. */
export class Umap {
  #iteration = 0;

  private constructor(
    private readonly kernels: Kernels,
    readonly rows: number,
    readonly iterations: number,
    private readonly rate: number,
  ) {}

  /** Finds neighbours and the start. @throws DescentError `projection-not-finite`, `projection-empty` */
  static prepare(wasm: ProjectionWasm, points: Points, options: Partial<UmapOptions> = {}): Umap {
    const { neighbours, minimumDistance, epochs, seed, start, helpers } = { ...umapDefaults, ...options };
    checkPoints(points);
    const module = wasm instanceof WebAssembly.Module ? wasm : new WebAssembly.Module(wasm);
    const { rows } = points;
    const reduced: Points = points.width > widest ? scoresAsPoints(module, points) : points;
    const kernels = instantiateKernels(module);
    const team = new Team(kernels, module, helpers);
    const k = Math.min(rows - 1, neighbours - 1);
    const graph: FuzzyGraph = k < 1 ? { heads: new Int32Array(0), tails: new Int32Array(0), weights: new Float32Array(0) } : fuzzyGraph(nearestNeighbours(kernels, team, reduced, k), rows);
    team.dismiss(); // the descent is one thread's: the order of its steps decides
    const whole = epochs ?? (rows <= 10_000 ? 500 : 200);
    const total = start ? Math.ceil(whole * 0.4) : whole;
    const begin = start ?? startFromComponents(module, reduced, seed);
    const isOnePlace = !begin.some((value) => value !== begin[0]) && k > 0;
    layOutEdges(kernels, graph, rows, total);
    fillTable(kernels, minimumDistance);
    kernels.seedUmap(new RandomStream(seed, "negative samples").bits());
    floatsAt(kernels, kernels.umapLayout(), 2 * rows).set(begin);
    return new Umap(kernels, rows, isOnePlace ? 0 : total, start ? 0.5 : 1);
  }

  get iteration(): number {
    return this.#iteration;
  }

  get done(): boolean {
    return this.#iteration >= this.iterations;
  }

  /** Does up to `count` more epochs. */
  advance(count: number): void {
    const stop = Math.min(this.#iteration + count, this.iterations);
    this.kernels.umapEpochs(this.#iteration, stop, this.iterations, this.rate, negativeSamples);
    this.#iteration = stop;
  }

  /** The layout as it is now, [rows, 2]; a copy. */
  layout(): Float32Array<ArrayBuffer> {
    return new Float32Array(floatsAt(this.kernels, this.kernels.umapLayout(), 2 * this.rows));
  }

  dispose(): void {}
}

function scoresAsPoints(wasm: ProjectionWasm, points: Points): Points {
  const { scores, count } = principalComponents(wasm, points, widest, reductionTolerance);
  return { data: scores, rows: points.rows, width: count };
}

/** Edges that are sampled at least once; the strongest at every epoch, each other one less often in the ratio of their weights. */
function layOutEdges(kernels: Kernels, { heads, tails, weights }: FuzzyGraph, rows: number, epochs: number): void {
  const strongest = weights.reduce((most, weight) => Math.max(most, weight), 0);
  const kept = Array.from(weights.keys()).filter((i) => weights[i] * epochs >= strongest);
  kernels.setUpUmap(rows, kept.length);
  const words = 5;
  const ends = integersAt(kernels, kernels.umapEdges(), kept.length * words);
  const times = floatsAt(kernels, kernels.umapEdges(), kept.length * words);
  kept.forEach((edge, i) => {
    const between = strongest / weights[edge];
    ends[i * words] = heads[edge];
    ends[i * words + 1] = tails[edge];
    times[i * words + 2] = between;
    times[i * words + 3] = between;
    times[i * words + 4] = between / negativeSamples;
  });
}

/**
 * Coefficients of the forces at squared distance x: attraction -2ab x^(b-1) / (1 + a x^b), repulsion 2b / ((0.001 + x)(1 + a x^b)) (McInnes et
 * al., section 4.2), at the floats whose lower 16 bits are 0.
 */
function fillTable(kernels: Kernels, minimumDistance: number): void {
  const { a, b } = curveOf(minimumDistance);
  const table = floatsAt(kernels, kernels.umapTable(), (tableSize + 1) * 2);
  const bits = new Uint32Array(1);
  const value = new Float32Array(bits.buffer);
  for (let i = 0; i <= tableSize; i++) {
    bits[0] = Math.min(i, 0x7f7f) << 16; // beyond: infinity and NaN
    const x = Math.max(value[0], 1e-30);
    const power = x ** b;
    table[2 * i] = Math.max(-1e30, (-2 * a * b * (power / x)) / (1 + a * power));
    table[2 * i + 1] = (2 * b) / ((0.001 + x) * (1 + a * power));
  }
}

/**
 * a and b of 1 / (1 + a d^2b), the curve nearest (least squares, Gauss-Newton, over d in 0 to 3) to 1 below the minimum distance and
 * exp(minimum - d) beyond. For 0.1: a 1.577, b 0.895, as umap-learn finds.
 */
export function curveOf(minimumDistance: number): { readonly a: number; readonly b: number } {
  let [a, b] = [1.5, 0.9];
  const places = Array.from({ length: 300 }, (_, i) => (3 * i) / 299);
  for (let step = 0; step < 100; step++) {
    let [aa, ab, bb, ar, br] = [0, 0, 0, 0, 0];
    for (const d of places) {
      if (d === 0) continue;
      const wanted = d < minimumDistance ? 1 : Math.exp(minimumDistance - d);
      const power = d ** (2 * b);
      const value = 1 / (1 + a * power);
      const [da, db] = [-power * value ** 2, -a * power * 2 * Math.log(d) * value ** 2];
      const rest = wanted - value;
      aa += da * da;
      ab += da * db;
      bb += db * db;
      ar += da * rest;
      br += db * rest;
    }
    const determinant = aa * bb - ab * ab;
    const [moveA, moveB] = [(ar * bb - br * ab) / determinant, (br * aa - ar * ab) / determinant];
    a = Math.max(1e-3, a + moveA);
    b = Math.max(1e-3, b + moveB);
    if (Math.abs(moveA) + Math.abs(moveB) < 1e-12) break;
  }
  return { a, b };
}

/** The first two principal components, each axis from 0 to 10, with a trace of noise where points coincide or lie on a line. */
function startFromComponents(wasm: ProjectionWasm, points: Points, seed: number): Float32Array {
  const { scores, count, variances } = principalComponents(wasm, points, 2);
  const random = new RandomStream(seed, "UMAP start");
  const { rows } = points;
  if (variances[0] === 0) return new Float32Array(2 * rows);
  const size = scores.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const layout = Float32Array.from({ length: 2 * rows }, (_, i) => (i % 2 < count ? (scores[Math.floor(i / 2) * count + (i % 2)] / size) * extent : 0) + 1e-4 * random.normal());
  for (const axis of [0, 1]) {
    let [low, high] = [Infinity, -Infinity];
    for (let i = axis; i < layout.length; i += 2) [low, high] = [Math.min(low, layout[i]), Math.max(high, layout[i])];
    for (let i = axis; i < layout.length; i += 2) layout[i] = (extent * (layout[i] - low)) / (high - low || 1);
  }
  return layout;
}
