/**
 * The check `gradient`: the gradient by which the run moves, against central differences of its loss, on the run's own device. One step of plain
 * gradient descent gives the gradient; steps at rate 0 from shifted weights give losses, of the same batch under the same masks.
 */
import { everyLayer, mapLayers } from "../../engine/layers/nested.js";
import { RandomStream } from "../../engine/random/stream.js";
import { ChunkRunner, type Carried } from "../../engine/training/chunkRunner.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import { describeProblem, movedTensors } from "../../engine/training/problem.js";
import { batchesOf, initialCarried } from "../../engine/training/trainer.js";
import { type CheckOptions, type CheckResult, failed, passed, skipped } from "./checkResult.js";
import { dataOf } from "./shortRun.js";
import { figure, short } from "./statistics.js";

const batchExamples = 32;
/** Rate of the step that gives the gradient: a power of two, so large that rounding is the gradient's own. */
const rate = 2 ** 10;
/** Tensors that are looked at one by one, and random directions through all. */
const [singleTensors, randomDirections] = [6, 2];
/** Half the distance of the two points, as shares of the length of the weights that are moved. Each is three times the next. */
const distances = [0.03, 0.01, 0.03 / 9, 0.001, 0.03 / 81, 0.0001];
/** Three neighbouring distances must agree so well before a difference counts as measured: kinks and curvature are left out by it. */
const agreement = 0.005;
/** What a mean loss in float32 is uncertain by, as a share of it. */
const rounding = 5e-7;
/** Relative error from which a gradient is wrong: published checks take 0.01 in float64; differences of a float32 loss are good to half of this. */
const largestError = 0.02;

type Direction = ReadonlyMap<string, Float64Array>;

/** Compares slopes along the gradient of single tensors and of all, and along random directions, as far as float32 can measure them. */
export async function gradient(options: CheckOptions): Promise<CheckResult> {
  const { backend, provider, threads, log } = options;
  const dataset = dataOf(options);
  const problem = describeProblem(plainDescent(options.config, dataset.splits.train.length), dataset);
  const runner = new ChunkRunner({ problem, batches: batchesOf(problem), backend, log, session: { provider, threads }, lowering: { lowering: "plain", blockSize: null }, wantsStatistics: () => false });
  try {
    const moved = movedTensors(problem.tensors, problem.grouping);
    const start = offTheKinks(initialCarried(problem), moved.map(({ fullName }) => fullName), options.config.seed);
    const lossOf = async (weights: Readonly<Carried>): Promise<number> => {
      const { losses, lossesWithPenalty } = await runner.run(0, new Float64Array(1), weights);
      return (lossesWithPenalty ?? losses)[0];
    };
    const valuesOf = (carried: Readonly<Carried>, name: string): Float32Array => carried[name].data as Float32Array;
    const stepped = (await runner.run(0, Float64Array.of(rate), start)).carried;
    const slopes: Direction = new Map(moved.map(({ fullName }) => [fullName, Float64Array.from(valuesOf(start, fullName), (x, i) => (x - valuesOf(stepped, fullName)[i]) / rate)]));
    const length = lengthOf(slopes);
    if (!Number.isFinite(length)) return failed("The gradient of the first batch is not finite.", { gradient_norm: figure(length) }, { category: "numerics", path: "model", confidence: 0.5 });
    if (length === 0) return failed("No gradient reaches any weight: the loss does not depend on them.", { gradient_norm: 0 }, { category: "architecture", path: "model", confidence: 0.6 });

    const directions = [...alongGradients(slopes), ...randomOnes(slopes, start, options.config.seed)];
    let [measured, worst, worstName]: [number, number, string] = [0, 0, ""];
    for (const [place, { name, direction }] of directions.entries()) {
      options.onProgress(place / directions.length);
      const error = await errorAlong(direction, slopes, start, lossOf);
      if (error === null) continue;
      measured++;
      if (error > worst) [worst, worstName] = [error, name];
    }
    const figures = { directions: directions.length, measured, gradient_norm: figure(length), largest_relative_error: figure(worst), worst: worstName, limit: largestError };
    if (measured === 0) return skipped("The loss is too rough or too flat to be measured by differences in float32.", figures);
    if (worst <= largestError) return passed(`Along ${measured} directions the gradient foretells the loss to ${short(100 * worst)} %.`, figures);
    const layer = moved.find(({ fullName }) => fullName === worstName)?.layer;
    const path = everyLayer(options.config.model).find(({ name }) => name === layer)?.path ?? "model";
    return failed(`Along ${worstName} the gradient foretells a slope that is ${short(100 * worst)} % off what the loss does.`, figures, { category: "numerics", path, confidence: 0.6 });
  } finally {
    await runner.dispose();
  }
}

/** The file's loss and model, moved by the bare gradient of one batch. */
function plainDescent(config: TrainingConfig, examples: number): TrainingConfig {
  const groups = config.optimizer.arguments.groups as readonly { readonly match: string; readonly freeze?: boolean }[] | undefined;
  const { regularization, training } = config;
  return {
    ...config,
    model: mapLayers(config.model, (layer) => ({ ...layer, arguments: Object.fromEntries(Object.entries(layer.arguments).filter(([name]) => name !== "max_norm")) })),
    optimizer: { kind: "sgd", arguments: { lr: 1, ...(groups === undefined ? {} : { groups: groups.map(({ match, freeze }) => ({ match, freeze })) }) } },
    regularization: regularization && { ...regularization, weightDecay: 0, maxNorm: null },
    training: { ...training, batchSize: Math.min(batchExamples, examples), accumulate: 1, clip: null, polyak: null, unfreeze: null, pretrain: null, precision: "float32" },
    diagnostics: { ...config.diagnostics, statistics: "none" },
  };
}

/**
 * The start with biases of 0 moved a little. ReLU on zeros (an empty background, the example 0, 0 of xor) behind a bias of 0 stands exactly where it
 * bends: there the loss has one slope ahead and another behind, and no gradient is both.
 */
function offTheKinks(start: Carried, names: readonly string[], seed: number): Carried {
  const moved: Carried = { ...start };
  for (const [index, name] of names.filter((candidate) => candidate.endsWith(".bias")).entries()) {
    const values = start[name].data as Float32Array;
    const random = new RandomStream(seed, "gradient-check-bias", index);
    if (values.every((value) => value === 0)) moved[name] = { ...start[name], data: Float32Array.from(values, () => 0.1 * random.normal()) };
  }
  return moved;
}

/** The gradient of everything, and of single tensors, evenly taken from first to last. */
function alongGradients(slopes: Direction): { readonly name: string; readonly direction: Direction }[] {
  const tensors = [...slopes].filter(([, values]) => values.some((x) => x !== 0));
  const every = Math.max(1, tensors.length / singleTensors);
  const chosen = tensors.filter((_, i) => Math.floor(i / every) !== Math.floor((i - 1) / every));
  return [{ name: "all tensors", direction: slopes }, ...chosen.map(([name, values]) => ({ name, direction: new Map([[name, values]]) }))];
}

/** Normal deviates for every element, in each tensor on the scale of its weights, or of 1 over the root of its size where they begin at 0. */
function randomOnes(slopes: Direction, start: Readonly<Carried>, seed: number): { readonly name: string; readonly direction: Direction }[] {
  return Array.from({ length: randomDirections }, (_, index) => {
    const random = new RandomStream(seed, "gradient-check", index);
    const direction = new Map([...slopes].map(([name, { length }]) => {
      const weights = start[name].data as Float32Array;
      const rms = Math.sqrt(weights.reduce((sum, x) => sum + x * x, 0) / length) || 1 / Math.sqrt(length);
      return [name, Float64Array.from({ length }, () => rms * random.normal())] as const;
    }));
    return { name: "a random direction", direction };
  });
}

/** The relative error of the foretold slope at the distance where differences agree best; null where float32 measures nothing. */
async function errorAlong(direction: Direction, slopes: Direction, start: Readonly<Carried>, lossOf: (weights: Readonly<Carried>) => Promise<number>): Promise<number | null> {
  const scale = Math.max(lengthOf(new Map([...direction].map(([name]) => [name, Float64Array.from(start[name].data as Float32Array)]))), 0.1) / lengthOf(direction);
  // a random direction may by chance be level: what counts is the error beside slopes of its kind
  const usual = Math.sqrt([...direction].reduce((sum, [name, d]) => sum + d.reduce((part, x, i) => part + (x * slopes.get(name)![i]) ** 2, 0), 0));
  let best: { readonly spread: number; readonly error: number } | null = null;
  const before: number[] = [];
  for (const distance of distances) {
    const [up, down] = [shifted(start, direction, distance * scale), shifted(start, direction, -distance * scale)];
    const [above, below] = [await lossOf(up), await lossOf(down)];
    // with the shift as float32 made it
    const change = [...slopes].reduce((sum, [name, g]) => sum + g.reduce((part, x, i) => part + x * ((up[name].data[i] as number) - (down[name].data[i] as number)), 0), 0);
    const width = 2 * distance * scale;
    const [slope, foretold, noise] = [(above - below) / width, change / width, (rounding * Math.max(Math.abs(above), Math.abs(below))) / width];
    const size = Math.max(Math.abs(slope), Math.abs(foretold), usual);
    const spread = Math.max(...before.slice(-2).map((other) => Math.abs(slope - other) / size));
    if (before.length >= 2 && spread < agreement && noise < agreement * size && (best === null || spread < best.spread)) best = { spread, error: Math.abs(slope - foretold) / size };
    before.push(slope);
  }
  return best?.error ?? null;
}

function shifted(start: Readonly<Carried>, direction: Direction, by: number): Carried {
  const next: Carried = { ...start };
  for (const [name, values] of direction) next[name] = { ...start[name], data: Float32Array.from(start[name].data as Float32Array, (x, i) => x + by * values[i]) };
  return next;
}

function lengthOf(direction: Direction): number {
  let sum = 0;
  for (const values of direction.values()) for (const x of values) sum += x * x;
  return Math.sqrt(sum);
}
