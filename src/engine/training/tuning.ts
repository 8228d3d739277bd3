/** The short measurement before a model's first run: threads, lowering and the length of a chunk. */
import type { Dataset } from "../data/types.js";
import { probeBlockSize } from "../lowering/probeBlockSize.js";
import { lowerings, type LoweringName } from "../lowering/table.js";
import { RandomStream } from "../random/stream.js";
import type { Backend, Provider } from "./backend.js";
import { largestBatch } from "./batchSize.js";
import { chunkMilliseconds, mostSteps } from "./chunkLength.js";
import { ChunkRunner } from "./chunkRunner.js";
import type { TrainingConfig } from "./config.js";
import { runLength } from "./plan.js";
import { requirePrecision } from "./precision.js";
import { describeProblem, type TrainingProblem } from "./problem.js";
import { batchesOf, initialCarried } from "./trainer.js";
import { withBatch } from "./tunedBatch.js";
import type { Tuning } from "./types.js";
import { everyLayer } from "../layers/nested.js";

export interface TuningOptions {
  readonly config: TrainingConfig;
  readonly dataset: Dataset;
  readonly backend: Backend;
  readonly provider: Provider;
  /** Cores that a run may use; with `threads: auto` one thread and this many are tried. */
  readonly cores: number;
  /** Free bytes, for `batch_size: auto`; null: not known. */
  readonly memory?: number | null;
  readonly log: (level: "debug" | "info" | "warning", text: string) => void;
}

/** Time for one candidate beyond its session; slow models get their two steps all the same. */
const candidateMilliseconds = 60;
/** No further candidate is begun after this, or, for long runs, after a fiftieth of the run, but never after the second. */
const limitMilliseconds = [400, 3000] as const;

/**
 * Times a few steps of each candidate, likeliest first, and takes the fastest; another lowering must be 5 % faster, more threads a quarter:
 * below that they only take cores from everything else on the machine (and, spinning, collapse when it is busy). What was not
 * reached within the time limit is not tried. The result is to be kept, by `tuningKey`: the last bit of a loss depends on it.
 */
export async function measureTuning(options: TuningOptions): Promise<Tuning> {
  requirePrecision(options.config, options.provider);
  if (options.config.training.batchSize !== "auto") return measureStep(options);
  const { memory = null } = options;
  const { batchSize, bytes } = await largestBatch(options, memory);
  const most = batchSize * options.config.training.accumulate >= options.dataset.splits.train.length ? ", all there are" : "";
  options.log("info", `batch_size auto: ${batchSize} examples a batch${most}; a step takes about ${megabytes(bytes)}${memory === null ? "" : ` of ${megabytes(memory)} free`}`);
  return { ...(await measureStep({ ...options, config: withBatch(options.config, batchSize) })), batchSize };
}

function megabytes(bytes: number): string {
  return `${Math.max(1, Math.round(bytes / 2 ** 20))} MB`;
}

/** Threads, lowering and length of a chunk for a file whose batch size is known. */
async function measureStep(options: TuningOptions): Promise<Tuning> {
  const begun = performance.now();
  const blockSize = options.provider === "cpu" && hasConvolution(options.config) ? await probeBlockSize(options.backend) : null;
  const pays: Readonly<Record<LoweringName, boolean>> = { blocked: blockSize !== null, tiled: blockSize === null && hasAttention(options.config), webgpu: true, plain: true };
  const names = lowerings.filter(({ name, providers }) => providers.includes(options.provider) && pays[name]).map(({ name }) => name);
  const threads = options.config.threads === "auto" ? [...new Set([1, options.provider === "cpu" ? options.cores : 1])] : [options.config.threads];
  const problem = describeProblem(options.config, options.dataset);
  const { totalSteps } = runLength(options.config, batchesOf(problem).stepsPerEpoch);
  let best: { readonly lowering: LoweringName; readonly threads: number; readonly milliseconds: number } | null = null;
  for (const count of threads) {
    const candidates: readonly LoweringName[] = best === null ? names : [best.lowering];
    for (const lowering of candidates) {
      if (best !== null && performance.now() - begun > limit(totalSteps * best.milliseconds)) break;
      const milliseconds = await timeStep(options, problem, { lowering, blockSize }, count);
      options.log("debug", `${lowering}, ${count} thread${count === 1 ? "" : "s"}: ${milliseconds.toFixed(3)} ms a step`);
      if (best === null || milliseconds < (count > best.threads ? 0.8 : 0.95) * best.milliseconds) best = { lowering, threads: count, milliseconds };
    }
  }
  const { lowering, threads: chosen, milliseconds } = best!;
  return { lowering, threads: chosen, chunkSteps: Math.min(Math.max(Math.round(chunkMilliseconds(options.provider) / milliseconds), 1), mostSteps) };
}

/** What a tuning belongs to: a hash of everything in file and data that the step's graph depends on. */
export function tuningKey(config: TrainingConfig, dataset: Dataset): string {
  const { model, imported, modelFiles, loss, optimizer, threads, device, training, diagnostics, regularization } = config;
  const facts = {
    model: model.map((layer) => [layer.kind, layer.arguments]), ...(imported === null ? {} : { imported: { ...imported, file: modelFiles?.digest } }), loss, optimizer, threads, device,
    clip: training.clip, ...(training.polyak === null ? {} : { average: true }), ...(regularization === null ? {} : { regularization }), batch: training.batchSize, ...(training.accumulate === 1 ? {} : { accumulate: training.accumulate }), statistics: diagnostics.statistics,
    ...(training.precision === "float32" ? {} : { precision: training.precision }),
    ...(config.data.augment.length === 0 ? {} : { augment: config.data.augment }),
    inputs: [dataset.inputs.type, dataset.inputs.dims.slice(1)], targets: [dataset.targets.type, dataset.targets.dims.slice(1)],
    examples: Math.min(dataset.splits.train.length, typeof training.batchSize === "number" ? training.batchSize * training.accumulate : Infinity),
  };
  const hash = new RandomStream(1, JSON.stringify(facts));
  return Array.from({ length: 4 }, () => hash.bits().toString(16).padStart(8, "0")).join("");
}

/** Milliseconds for all candidates, by how long the run will take. */
function limit(runMilliseconds: number): number {
  const [least, most] = limitMilliseconds;
  return Math.min(Math.max(runMilliseconds / 50, least), most);
}

function hasConvolution(config: TrainingConfig): boolean {
  return isMadeWith(config, ["conv2d"], ["Conv"]);
}

/** Whether there is something for the tiled form to do. */
function hasAttention(config: TrainingConfig): boolean {
  return isMadeWith(config, ["attention", "transformer", "layer_norm"], ["Gelu", "LayerNormalization", "Softmax"]);
}

/** Whether the model has a layer of these kinds, or an imported one a node of these operators. */
function isMadeWith({ model, modelFiles }: TrainingConfig, kinds: readonly string[], operators: readonly string[]): boolean {
  const nodes = modelFiles?.imported?.graph.nodes ?? [];
  return everyLayer(model).some((layer) => kinds.includes(layer.kind)) || nodes.some(({ op }) => operators.includes(op));
}

/** Least time of a step in milliseconds, over chunks of growing length after one to warm up. */
async function timeStep(options: TuningOptions, problem: TrainingProblem, lowering: { readonly lowering: LoweringName; readonly blockSize: number | null }, threads: number): Promise<number> {
  const runner = new ChunkRunner({
    problem, lowering,
    batches: batchesOf(problem),
    backend: options.backend,
    session: { provider: options.provider, threads },
    wantsStatistics: () => false,
    log: options.log,
  });
  try {
    await runner.prepare(0);
    let carried = initialCarried(problem);
    let least = Infinity;
    let length = 1;
    const begun = performance.now();
    for (let round = 0; round < 2 || performance.now() - begun < candidateMilliseconds; round++) {
      const steps = runner.longestFrom(0, length);
      const from = performance.now();
      // the rates are 0: only time is asked for, and the weights stay finite
      carried = (await runner.run(0, new Float64Array(steps), carried)).carried;
      const each = (performance.now() - from) / steps;
      if (round > 0) least = Math.min(least, each);
      length = Math.min(Math.max(Math.round(10 / each), 1), 2 * length + 8, 200);
    }
    return least;
  } finally {
    await runner.dispose();
  }
}
