/**
 * The check `overfit-batch`: a model that cannot learn sixteen examples by heart has something wrong with it - its loss, its rate, its
 * activations, its wiring. Karpathy, "A Recipe for Training Neural Networks" (2019), step 2; sixteen examples, 1,000
 * iterations and 5 % error are the thresholds that published checks use.
 */
import type { Dataset } from "../../engine/data/types.js";
import { mapLayers } from "../../engine/layers/nested.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import { createTrainer } from "../../engine/training/trainer.js";
import type { Trainer } from "../../engine/training/types.js";
import { type Cause, type CheckOptions, type CheckResult, failed, passed, skipped } from "./checkResult.js";
import { targetWidth } from "../data/figures.js";
import { dataOf } from "./shortRun.js";
import { figure, meanOf, short } from "./statistics.js";

const batchExamples = 16;
const iterations = 1000;
/** Share of the examples that may stay wrong. */
const largestError = 0.05;
/** Of a regression: what may stay of the loss of always predicting the mean. */
const largestLossShare = 0.01;
/** Share of the first loss below which a loss that still falls speaks for the model. */
const onTheWay = 0.2;
/** Steps between looks at whether it is done. */
const chunkSteps = 50;

/**
 * Trains on sixteen examples alone, spread over the classes, without dropout, with a constant rate, and looks whether they are learnt, in
 * inference mode. Throws what building the model throws.
 */
export async function overfitBatch(options: CheckOptions): Promise<CheckResult> {
  const { config, backend, provider, threads, log } = options;
  const dataset = dataOf(options);
  const examples = spreadOverClasses(dataset, batchExamples);
  const trainer = await createTrainer({
    config: memorising(config),
    dataset: { ...dataset, splits: { train: examples, validation: new Int32Array(0), test: new Int32Array(0) } },
    backend,
    provider,
    tuning: { threads, chunkSteps, lowering: "plain" },
    resume: null,
    log,
  });
  try {
    return judge(dataset, examples, await memorise(trainer, dataset, examples, options.onProgress), `optimizer.${config.optimizer.kind}.lr`);
  } finally {
    await trainer.dispose();
  }
}

/** The file's training with nothing that keeps a model from learning by heart. */
function memorising(config: TrainingConfig): TrainingConfig {
  return {
    ...config,
    data: { ...config.data, augment: [] },
    model: mapLayers(config.model, (layer) => (layer.kind === "dropout" ? null : layer)),
    imported: config.imported && { ...config.imported, training: false },
    regularization: null,
    schedule: { kind: "constant", arguments: { warmup_steps: 0 } },
    training: {
      ...config.training,
      epochs: null,
      steps: iterations,
      batchSize: "full",
      accumulate: 1,
      polyak: null,
      earlyStopping: null,
      evaluate: { everyEpochs: null, everySteps: iterations },
      checkpoint: { ...config.training.checkpoint, everyEpochs: iterations, best: null },
      dropLast: false,
      onNonFinite: "stop",
    },
    diagnostics: { ...config.diagnostics, statistics: "none", projection: "none" },
  };
}

interface Memorised {
  readonly losses: readonly number[];
  /** Share of wrong classes, or of the loss of predicting the mean; what is compared with its limit. */
  readonly rest: number;
}

async function memorise(trainer: Trainer, dataset: Dataset, examples: Int32Array, onProgress: (fraction: number) => void): Promise<Memorised> {
  const losses: number[] = [];
  let rest = Infinity;
  for (;;) {
    const event = await trainer.next();
    if (event.kind === "end") break;
    if (event.kind !== "steps") continue;
    losses.push(...event.losses);
    onProgress(losses.length / iterations);
    rest = await restOf(trainer, dataset, examples);
    // a right answer given by a hair is not learnt yet: the loss must have fallen too
    if (rest <= limitOf(dataset) && losses.at(-1)! < 0.1 * losses[0]) break;
  }
  return { losses, rest };
}

async function restOf(trainer: Trainer, dataset: Dataset, examples: Int32Array): Promise<number> {
  const { metrics } = await trainer.evaluate("train", "current");
  if (metrics.accuracy !== undefined) return 1 - metrics.accuracy;
  // of one target r2 says it whatever the loss: mae and mse have different units
  if (metrics.r2 !== undefined && Number.isFinite(metrics.r2) && targetWidth(dataset) === 1) return 1 - metrics.r2;
  return metrics.loss / Math.max(varianceOfTargets(dataset, examples), 1e-12);
}

function limitOf(dataset: Dataset): number {
  return dataset.task === "regression" ? largestLossShare : largestError;
}

function judge(dataset: Dataset, examples: Int32Array, { losses, rest }: Memorised, rate: string): CheckResult {
  const limit = limitOf(dataset);
  const [first, last] = [losses[0] ?? Number.NaN, losses.at(-1) ?? Number.NaN];
  const isLearnt = rest <= limit && Number.isFinite(last);
  const measure = dataset.task === "regression" ? "loss_share_of_predicting_the_mean" : "error";
  const figures = { examples: examples.length, iterations: losses.length, first_loss: figure(first), last_loss: figure(last), [measure]: figure(rest), limit };
  const share = `${(100 * rest).toPrecision(3)} % ${dataset.task === "regression" ? "of the loss of predicting the mean" : "of them wrong"}`;
  // a model that is well on its way has nothing wrong with it: it takes longer than this experiment
  if (!isLearnt && isFalling(losses) && last < onTheWay * first) return skipped(`${examples.length} examples are not yet learnt by heart after ${losses.length} steps, but the loss still falls: it went from ${short(first)} to ${short(last)}, ${share}.`, figures);
  return isLearnt
    ? passed(`${examples.length} examples were learnt by heart in ${losses.length} steps: the loss fell from ${short(first)} to ${short(last)}.`, figures)
    : failed(`${examples.length} examples could not be learnt by heart in ${losses.length} steps: the loss went from ${short(first)} to ${short(last)}, ${share}.`, figures, causeOf(losses, rate));
}

/** Whether the loss still fell over the last 200 steps. */
function isFalling(losses: readonly number[]): boolean {
  const late = losses.slice(-200);
  return meanOf(late.slice(-50)) < 0.98 * meanOf(late.slice(0, 50)) && losses[losses.length - 1] < losses[0];
}

/** What a failure to memorise most likely comes from, by how the loss went. */
function causeOf(losses: readonly number[], rate: string): Cause {
  const [first, last] = [losses[0], losses[losses.length - 1]];
  if (losses.some((loss) => !Number.isFinite(loss)) || last > 1.5 * first) return { category: "learning_rate", path: rate, confidence: 0.7 };
  if (isFalling(losses)) return { category: "learning_rate", path: rate, confidence: 0.6 };
  return { category: "architecture", path: "model", confidence: 0.4 };
}

/** Up to `count` training examples, taken in turns from the classes; evenly spread where there are none. */
function spreadOverClasses({ task, targets, splits: { train } }: Dataset, count: number): Int32Array {
  if (train.length <= count) return train;
  if (task !== "classification") return Int32Array.from({ length: count }, (_, i) => train[Math.floor((i * train.length) / count)]);
  const byClass = new Map<number, number[]>();
  for (const example of train) {
    const label = Number(targets.data[example]);
    const known = byClass.get(label);
    if (!known) byClass.set(label, [example]);
    else if (known.length < count) known.push(example);
  }
  const lists = [...byClass.keys()].sort((a, b) => a - b).map((label) => byClass.get(label)!);
  const turns = Array.from({ length: count }, (_, turn) => lists.flatMap((list) => (turn < list.length ? [list[turn]] : []))).flat();
  return Int32Array.from(turns.slice(0, count));
}

function varianceOfTargets({ targets }: Dataset, examples: Int32Array): number {
  const width = targets.dims.slice(1).reduce((product, n) => product * n, 1);
  let sum = 0;
  for (let column = 0; column < width; column++) {
    const values = Array.from(examples, (example) => Number(targets.data[example * width + column]));
    const mean = meanOf(values);
    sum += meanOf(values.map((value) => (value - mean) ** 2));
  }
  return sum / width;
}
