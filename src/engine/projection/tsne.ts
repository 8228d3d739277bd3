/** t-SNE: a layout of points in the plane that keeps neighbours together (van der Maaten and Hinton, 2008; Barnes-Hut form, 2014). */
import { RandomStream } from "../random/stream.js";
import { jointProbabilities, type Affinities } from "./affinities.js";
import { floatsAt, instantiateKernels, integersAt, type Kernels, type ProjectionWasm } from "./kernels.js";
import { nearestNeighbours, type Neighbours } from "./neighbours.js";
import { principalComponents } from "./pca.js";
import { checkPoints, type Points } from "./points.js";
import { Team, type Helpers } from "./team.js";

export interface TsneOptions {
  /** Effective number of neighbours; at most a third of the other points. */
  readonly perplexity: number;
  readonly iterations: number;
  /** A layout of the same points to start from, [rows, 2], so that a sequence of layouts keeps its arrangement; null starts from the principal components. */
  readonly start: Float32Array | null;
  /** Threads that help; null: the calling one works alone. The layout is the same. */
  readonly helpers: Helpers | null;
}

export const tsneDefaults: TsneOptions = { perplexity: 30, iterations: 1000, start: null, helpers: null };

/** Wider points are reduced to this many principal components first; neighbours hardly change with the last of them, so a rough search will do. */
const widest = 50;
const reductionTolerance = 1e-3;
/** Attraction is exaggerated for the first iterations, so that groups form before they part. */
const exaggeration = 12;
const exaggeratedIterations = 250;
const angle = 0.5;
/**
 * Repulsion, the dearer half of an iteration, comes from all points at once and changes slowly: it is computed anew in every fourth iteration while
 * attraction is exaggerated, in every other one later, and in each of the last so many. On 10,000 digits that takes 6.5 s of a processor and not 9.0, and
 * ends at a divergence of 1.731 (1.719 with every repulsion; scikit-learn 1.725).
 */
const renewedEvery = { exaggerated: 4, later: 2 } as const;
const settlingIterations = 150;
/** Standard deviation of the layout's longer axis at the start. */
const startSpread = 1e-4;

/**
 * A layout under way. `advance` iterates; `layout` may be read in between, to be watched while it forms. The same points give the same
 * layout. Held are memory and helpers until `dispose`: to cancel is to stop advancing.
 */
export class Tsne {
  #iteration = 0;
  readonly #rate: number;

  private constructor(
    private readonly kernels: Kernels,
    private readonly team: Team,
    readonly rows: number,
    readonly iterations: number,
    private readonly affinities: Affinities,
  ) {
    this.#rate = Math.max(rows / exaggeration / 4, 50); // Belkina et al., 2019, and scikit-learn's "auto"
  }

  /** Finds neighbours and the start. @throws DescentError `projection-not-finite`, `projection-empty` */
  static prepare(wasm: ProjectionWasm, points: Points, options: Partial<TsneOptions> = {}): Tsne {
    const { perplexity, iterations, start, helpers } = { ...tsneDefaults, ...options };
    checkPoints(points);
    const module = wasm instanceof WebAssembly.Module ? wasm : new WebAssembly.Module(wasm);
    const { rows } = points;
    const reduced = points.width > widest ? asPoints(principalComponents(module, points, widest, reductionTolerance), rows) : points;
    const neighbours = Math.min(rows - 1, Math.max(1, Math.floor(3 * Math.min(perplexity, (rows - 1) / 3))));
    const kernels = instantiateKernels(module);
    const team = new Team(kernels, module, helpers);
    const affinities = neighbours === 0
      ? { starts: new Int32Array(rows + 1), columns: new Int32Array(0), values: new Float32Array(0) }
      : affinitiesOf(nearestNeighbours(kernels, team, reduced, neighbours), rows, Math.max(1, Math.min(perplexity, (rows - 1) / 3)));
    kernels.setUp(rows, affinities.columns.length, team.threads);
    integersAt(kernels, kernels.startsAddress(), rows + 1).set(affinities.starts);
    integersAt(kernels, kernels.columnsAddress(), affinities.columns.length).set(affinities.columns);
    floatsAt(kernels, kernels.valuesAddress(), affinities.values.length).set(affinities.values);
    const begin = start ?? startFromComponents(module, reduced);
    // all points in one place: nothing pushes them apart, and nothing should
    const tsne = new Tsne(kernels, team, rows, begin.some((value) => value !== 0) ? iterations : 0, affinities);
    floatsAt(kernels, kernels.layoutAddress(), 2 * rows).set(shrink(begin));
    return tsne;
  }

  get iteration(): number {
    return this.#iteration;
  }

  get done(): boolean {
    return this.#iteration >= this.iterations;
  }

  /** Does up to `count` more iterations. */
  advance(count: number): void {
    const stop = Math.min(this.#iteration + count, this.iterations);
    for (; this.#iteration < stop; this.#iteration++) {
      const early = this.#iteration < exaggeratedIterations;
      const every = early ? renewedEvery.exaggerated : this.#iteration < this.iterations - settlingIterations ? renewedEvery.later : 1;
      const repels = this.#iteration % every === 0;
      this.team.iterate(this.rows, { angle, exaggeration: early ? exaggeration : 1, rate: this.#rate, momentum: early ? 0.5 : 0.8, repels });
    }
  }

  /** Sends the helpers home. */
  dispose(): void {
    this.team.dismiss();
  }

  /** The layout as it is now, [rows, 2]; a copy. */
  layout(): Float32Array<ArrayBuffer> {
    return new Float32Array(floatsAt(this.kernels, this.kernels.layoutAddress(), 2 * this.rows));
  }

  /** Kullback-Leibler divergence of the layout from the neighbourhoods, in nats, exactly: takes time with the square of the points. */
  divergence(): number {
    const y = this.layout();
    let z = 0;
    for (let i = 0; i < this.rows; i++) for (let j = 0; j < i; j++) z += 2 / (1 + squaredDistance(y, i, j));
    const { starts, columns, values } = this.affinities;
    let sum = 0;
    for (let i = 0; i < this.rows; i++) {
      for (let e = starts[i]; e < starts[i + 1]; e++) if (values[e] > 0) sum += values[e] * Math.log(values[e] * z * (1 + squaredDistance(y, i, columns[e])));
    }
    return sum;
  }
}

function squaredDistance(y: Float32Array, i: number, j: number): number {
  return (y[2 * i] - y[2 * j]) ** 2 + (y[2 * i + 1] - y[2 * j + 1]) ** 2;
}

function asPoints({ scores, count }: { readonly scores: Float32Array; readonly count: number }, rows: number): Points {
  return { data: scores, rows, width: count };
}

function affinitiesOf({ indices, distances, k }: Neighbours, rows: number, perplexity: number): Affinities {
  return jointProbabilities(indices, distances, rows, k, perplexity);
}

/** The first two principal components. Where all points lie on a line, a trace of noise gives them the plane to move in. */
function startFromComponents(wasm: ProjectionWasm, points: Points): Float32Array {
  const { scores, count, variances } = principalComponents(wasm, points, 2);
  const random = new RandomStream(0, "t-SNE start");
  const isLine = count === 1 || variances[1] < 1e-10 * variances[0];
  const noise = isLine ? 0.01 * Math.sqrt(variances[0]) : 0;
  return Float32Array.from({ length: 2 * points.rows }, (_, i) => {
    if (i % 2 === 0) return scores[(i / 2) * count];
    return isLine ? noise * random.normal() : scores[((i - 1) / 2) * count + 1];
  });
}

/** The layout with a standard deviation of 1e-4 along its longer axis, around 0. */
function shrink(layout: Float32Array): Float32Array {
  const rows = layout.length / 2;
  let meanX = 0;
  let meanY = 0;
  for (let i = 0; i < rows; i++) {
    meanX += layout[2 * i] / rows;
    meanY += layout[2 * i + 1] / rows;
  }
  let varianceX = 0;
  let varianceY = 0;
  for (let i = 0; i < rows; i++) {
    varianceX += (layout[2 * i] - meanX) ** 2 / rows;
    varianceY += (layout[2 * i + 1] - meanY) ** 2 / rows;
  }
  const spread = Math.sqrt(Math.max(varianceX, varianceY));
  const factor = spread > 0 ? startSpread / spread : 0;
  return layout.map((value, i) => (value - (i % 2 === 0 ? meanX : meanY)) * factor);
}
