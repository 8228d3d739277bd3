/** The job `surface`: the loss around a run's weights, or along the path that they took, as grids that become finer. */
import { DescentError } from "../../common/errors.js";
import { toJsonNumber } from "../../common/numbers.js";
import type { ExampleStream } from "../../engine/data/stream/exampleStream.js";
import type { Dataset } from "../../engine/data/types.js";
import type { ConstantTensor } from "../../engine/graph/types.js";
import { randomDirection, type Direction } from "../../engine/landscape/filterNormalization.js";
import { lossSurface, weightsAt, type PlaneBounds } from "../../engine/landscape/lossSurface.js";
import { trainingPath } from "../../engine/landscape/trainingPath.js";
import { Inference } from "../../engine/training/inference.js";
import { describeProblem, movedTensors, type TrainingProblem } from "../../engine/training/problem.js";
import type { Job } from "../../protocol/runtime.js";
import type { LossSurface, SurfacePath } from "../../protocol/surface.js";
import { keepSurface } from "../../runs/surfacesFile.js";
import { createOnnxRuntimeBackend } from "../backend/onnxRuntimeBackend.js";
import { stayBehindTraining } from "../priority.js";
import type { Report } from "../report.js";
import { evenly } from "../training/layerPoints.js";
import { openRunWeights, type RunWeights, type WeightsOfStep } from "./runWeights.js";

/** Multiply-adds of all losses together: some tens of seconds of a processor. */
const mostOperations = 4e11;
const fewestExamples = 64;
const mostExamples = 2000;
/** Most points of a path: its weights are all in memory at once. */
const mostPathPoints = 60;
/** Milliseconds between two tellings of how far it is. */
const toldEvery = 100;

/** The plane that is drawn. */
interface Plane {
  readonly directions: readonly [Direction, Direction];
  readonly bounds: PlaneBounds;
  readonly path: Omit<SurfacePath, "losses"> | null;
  /** The weights of the path's points, in its order. */
  readonly points: readonly WeightsOfStep[];
}

/**
 * Computes the surface of the newest weights, tells each grid as `surface`, and keeps the last one in the run's folder. Throws what opening the run throws,
 * `run-without-checkpoint`, `split-empty`, `path-too-short`, `path-without-plane`, `surface-without-weights`.
 */
export async function computeLossSurface(job: Extract<Job, { job: "surface" }>, report: Report): Promise<LossSurface> {
  const { wish } = job;
  if (job.live) stayBehindTraining();
  const run = await openRunWeights(job.run, job.live, report);
  const centre = await newestWeights(run);
  const whole = run.dataset.splits[wish.split];
  if (whole.length === 0) throw new DescentError("split-empty", `This run has no ${wish.split} data to measure the loss on.`, { file: job.run });
  const examples = evenly(whole, examplesFor(run.problem, wish.points));
  const dataset = withRememberedReads(run.dataset);
  const problem = describeProblem(run.config, dataset);
  const inference = new Inference(problem, createOnnxRuntimeBackend(report.log), run.session);
  const lossOf = async (weights: WeightsOfStep["weights"]): Promise<number> => (await inference.run(examples, weights)).loss;
  try {
    report.progress("choosing the directions", null);
    const plane = wish.directions === "random" ? randomPlane(problem, centre, wish) : await pathPlane(run, centre, wish.reach);
    const losses: number[] = [];
    for (const { weights } of plane.points) losses.push(await lossOf(weights));
    const about = {
      ...wish, step: centre.step, examples: examples.length, centre: shortLoss(await lossOf(centre.weights)),
      path: plane.path === null ? null : { ...plane.path, losses: losses.map(shortLoss) },
    };
    const total = wish.points ** 2;
    let told = 0;
    const tell = (known: number): void => {
      if (performance.now() - told < toldEvery && known < total) return;
      told = performance.now();
      report.progress(`measuring the loss at ${total} places`, known / total);
    };
    const lossAt = async (x: number, y: number): Promise<number> => lossOf(weightsAt(centre.weights, plane.directions, x, y));
    let surface: LossSurface | null = null;
    for await (const grid of lossSurface(lossAt, plane.bounds, wish.points, tell)) {
      surface = { ...about, x: Array.from(grid.x, short), y: Array.from(grid.y, short), losses: Array.from(grid.losses, shortLoss) };
      report.surface(surface);
    }
    await keepSurface(job.run, surface!);
    return surface!;
  } finally {
    await inference.dispose();
    await dataset.stream?.dispose();
  }
}

async function newestWeights(run: RunWeights): Promise<WeightsOfStep> {
  const newest = run.steps().at(-1);
  if (newest === undefined || (newest === 0 && run.manifest.step > 0)) throw new DescentError("run-without-checkpoint", `The run ${run.manifest.id} has no checkpoint: there are no weights to look around.`, { file: run.folder });
  return run.at(newest);
}

/** As many examples as the time allows. */
function examplesFor({ outline }: TrainingProblem, points: number): number {
  const operations = outline.reduce((sum, layer) => sum + layer.operations, 0);
  return Math.min(mostExamples, Math.max(fewestExamples, Math.floor(mostOperations / (points ** 2 * Math.max(1, operations)))));
}

function randomPlane(problem: TrainingProblem, { weights }: WeightsOfStep, { seed, reach }: { readonly seed: number; readonly reach: number }): Plane {
  const tensors = learnedTensors(problem);
  if (!tensors.some(({ shape }) => shape.length > 1)) throw new DescentError("surface-without-weights", "This model learns no matrix or filter to change at random: only vectors such as biases.");
  return { directions: [randomDirection(tensors, weights, seed, "x"), randomDirection(tensors, weights, seed, "y")], bounds: { x: [-reach, reach], y: [-reach, reach] }, path: null, points: [] };
}

async function pathPlane(run: RunWeights, centre: WeightsOfStep, reach: number): Promise<Plane> {
  const steps = thinned(run.steps().filter((step) => step <= centre.step), mostPathPoints);
  const points: WeightsOfStep[] = [];
  // a live run may drop a checkpoint between the listing and the reading
  for (const step of steps) if (step !== centre.step) await run.at(step).then((one) => points.push(one), () => {});
  points.push(centre);
  if (points.length < 3) {
    const words = points.length === 1 ? "the weights of one step only" : "the weights of two steps only";
    throw new DescentError("path-too-short", `This run keeps ${words} (${points.map(({ step }) => step).join(" and ")}), and a path needs three. Train with training.checkpoint: { every_epochs: 1, keep: 20 } to see it.`, { path: "training.checkpoint" });
  }
  const path = trainingPath(points.map(({ weights }) => weights), learnedTensors(run.problem).map(({ fullName }) => fullName));
  const around = (places: Float64Array): readonly [number, number] => {
    const [low, high] = [Math.min(...places), Math.max(...places)];
    const margin = ((high - low) * reach) / 4;
    return [low - margin, high + margin];
  };
  return {
    directions: path.directions, points,
    bounds: { x: around(path.x), y: around(path.y) },
    path: { steps: points.map(({ step }) => step), x: Array.from(path.x, short), y: Array.from(path.y, short), variance: [path.variance[0], path.variance[1]] },
  };
}

/** What the optimizer moves at any time of the run. */
function learnedTensors(problem: TrainingProblem) {
  const { tensors, grouping } = problem.unfrozen ?? problem;
  return movedTensors(tensors, grouping);
}

/** At most `count`, evenly, the first and the last among them. */
function thinned(steps: readonly number[], count: number): readonly number[] {
  if (steps.length <= count) return steps;
  return Array.from({ length: count }, (_, i) => steps[Math.round((i * (steps.length - 1)) / (count - 1))]);
}

/** The data set with a stream that reads the same examples once, however often they are asked for. */
function withRememberedReads(dataset: Dataset): Dataset {
  const { stream } = dataset;
  if (stream === undefined) return dataset;
  const known = new Map<string, Promise<ConstantTensor>>();
  const remembering: ExampleStream = {
    blockExamples: stream.blockExamples, windowBlocks: stream.windowBlocks,
    dispose: () => stream.dispose(),
    read: (indices, again) => {
      const key = `${indices[0]} ${indices.length}`; // every pass asks for the same blocks
      if (!known.has(key)) known.set(key, stream.read(indices, again));
      return known.get(key)!;
    },
  };
  return { ...dataset, stream: remembering };
}

/** Seven digits: more than float32 has. */
function short(value: number): number {
  return Number(value.toPrecision(7));
}

function shortLoss(loss: number) {
  return toJsonNumber(Number.isFinite(loss) ? short(loss) : loss);
}
