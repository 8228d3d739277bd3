/** Trains variants of a training file beside each other, briefly, from the same seeds: what shows whether a change helps. */
import { toJsonNumber } from "../../common/numbers.js";
import type { Dataset, Task } from "../../engine/data/types.js";
import { defaultLoss } from "../../engine/losses/registry.js";
import type { Backend, Provider } from "../../engine/training/backend.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import { createTrainer } from "../../engine/training/trainer.js";
import type { Trainer } from "../../engine/training/types.js";
import type { ExperimentEvent, Measure } from "../../protocol/experiment.js";
import { dataOf, trainTo } from "../checks/shortRun.js";

/** One variant: a file that can be trained, and its data. */
export interface Side {
  /** "as it is", or the title of the change. */
  readonly name: string;
  readonly config: TrainingConfig;
  readonly dataset: Dataset;
}

export interface SideBySideOptions {
  /** The first is the file as it is. */
  readonly sides: readonly Side[];
  readonly seeds: number;
  /** Of training one side from one seed: what does not fit is left out, and all sides get as many epochs. */
  readonly milliseconds: number;
  /** Most epochs of a side as a share of its file's; 1 for all of them. */
  readonly share: number;
  readonly backend: Backend;
  readonly provider: Provider;
  readonly threads: number;
  readonly onEvent: (event: ExperimentEvent) => void;
  /** Share of the experiment that is done, within [0, 1]. */
  readonly onProgress: (fraction: number) => void;
  readonly log: (level: "debug" | "info" | "warning", text: string) => void;
}

/** What was measured. */
export interface Trials {
  readonly names: readonly string[];
  readonly measure: Measure;
  /** Whether the measure means the same on every side. */
  readonly comparable: boolean;
  /** By side and seed, at the end; NaN where a run broke. */
  readonly values: readonly (readonly number[])[];
  /** Steps of one run of each side. */
  readonly steps: readonly number[];
  /** Whether every side was trained to its file's end. */
  readonly whole: boolean;
}

/** Steps between two looks at the clock. */
const chunkSteps = 10;
/** Of a run, however long they take, and however short. */
const [leastSteps, mostSteps] = [20, 20_000];
/** Examples that are measured on, and times that the first seed's runs are. */
const [mostMeasured, measurements] = [1000, 12];
/** Examples a batch where the file leaves that to memory. */
const batchWhereOpen = 32;

/**
 * Trains every side from every seed, the first seed's runs in turns, so that their curves grow beside each other. Sides are compared after equally many epochs
 * or at their files' ends. Throws what building a model throws.
 */
export async function trainSideBySide(options: SideBySideOptions): Promise<Trials> {
  const { sides, seeds, onEvent } = options;
  const { metric, measure, comparable } = measureOf(sides);
  const values: number[][] = sides.map(() => []);
  const measured = (side: number, seed: number, value: number): void => {
    values[side].push(value);
    onEvent({ event: "measured", side, seed, value: toJsonNumber(value) });
  };
  const first = await trainFirst(options, metric, measure);
  for (const [side, value] of first.values.entries()) measured(side, 0, value);
  const runs = sides.length * seeds;
  for (let seed = 1; seed < seeds; seed++) {
    for (const [index, side] of sides.entries()) {
      const runner = await Runner.open(options, side, metric, seed);
      try {
        await runner.train(first.steps[index], (fraction) => options.onProgress((seed * sides.length + index + fraction) / runs));
        measured(index, seed, await runner.measure());
      } finally {
        await runner.dispose();
      }
    }
  }
  return { names: sides.map(({ name }) => name), measure, comparable, values, steps: first.steps, whole: first.whole };
}

/** The runs of the first seed, in turns; they find out how far there is time to go. */
async function trainFirst(options: SideBySideOptions, metric: string, measure: Measure): Promise<{ readonly values: number[]; readonly steps: number[]; readonly whole: boolean }> {
  const { sides, seeds, milliseconds, share, onEvent } = options;
  const runners: Runner[] = [];
  try {
    for (const side of sides) runners.push(await Runner.open(options, side, metric, 0));
    const begunSides = runners.map(({ trainer: { plan } }, i) => ({ name: sides[i].name, stepsPerEpoch: plan.stepsPerEpoch, totalSteps: plan.totalSteps }));
    onEvent({ event: "begun", sides: begunSides, measure, seeds });
    const ends = runners.map(({ trainer: { plan } }) => Math.min(mostSteps, Math.max(Math.min(leastSteps, plan.totalSteps), Math.round(share * plan.totalSteps))));
    const epochsOf = (steps: number, i: number): number => steps / runners[i].trainer.plan.stepsPerEpoch;
    // no side gets more epochs than the fastest of them needs for a chunk, so that the curves grow together
    const stride = chunkSteps / Math.max(...runners.map(({ trainer }) => trainer.plan.stepsPerEpoch));
    const budget = milliseconds * sides.length;
    const begun = performance.now();
    const tell = async (i: number): Promise<number> => {
      const value = await runners[i].measure();
      onEvent({ event: "points", side: i, tag: measure.tag, steps: [runners[i].step], values: [toJsonNumber(value)] });
      return value;
    };
    let told = 0;
    for (let epochs = stride; ; epochs += stride) {
      for (const [i, runner] of runners.entries()) {
        const goal = Math.min(ends[i], Math.ceil((epochs * runner.trainer.plan.stepsPerEpoch) / chunkSteps) * chunkSteps);
        const { step } = runner;
        const losses = await runner.train(goal);
        if (losses.length > 0) onEvent({ event: "points", side: i, tag: "train/loss", steps: losses.map((_, k) => step + 1 + k), values: losses.map(toJsonNumber) });
      }
      const now = performance.now();
      const done = runners.map((runner, i) => runner.broken || runner.step >= ends[i]);
      const isLate = now - begun > budget && runners.every((runner, i) => done[i] || runner.step >= leastSteps);
      const fraction = Math.max((now - begun) / budget, Math.min(...runners.map((runner, i) => (done[i] ? 1 : runner.step / ends[i]))));
      options.onProgress(Math.min(1, fraction) / seeds);
      if (done.every(Boolean) || isLate) break;
      if (fraction > told + 1 / measurements) {
        for (const i of runners.keys()) if (!done[i]) await tell(i);
        told = fraction;
      }
    }
    const values: number[] = [];
    for (const i of runners.keys()) values.push(await tell(i));
    // one that broke says nothing of how long the others were trained
    const longest = Math.max(...runners.map((runner, i) => epochsOf(runner.step, i)));
    const steps = runners.map((runner, i) => (runner.broken ? Math.min(ends[i], Math.max(runner.step, Math.round(longest * runner.trainer.plan.stepsPerEpoch))) : runner.step));
    return { values, steps, whole: runners.every(({ trainer }, i) => steps[i] >= trainer.plan.totalSteps) };
  } finally {
    for (const runner of runners) await runner.dispose();
  }
}

/** A side's training from one seed. */
class Runner {
  broken = false;

  private constructor(
    readonly trainer: Trainer,
    private readonly metric: string,
  ) {}

  static async open(options: SideBySideOptions, side: Side, metric: string, seed: number): Promise<Runner> {
    const dataset = dataOf(side);
    const { validation, train } = dataset.splits;
    const trainer = await createTrainer({
      config: briefly(side.config, side.config.seed + seed, metric),
      // measured as a test split is: when it is asked for, by weights as they are
      dataset: { ...dataset, splits: { train, validation: new Int32Array(0), test: spread(validation.length > 0 ? validation : train, mostMeasured) } },
      backend: options.backend,
      provider: options.provider,
      tuning: { threads: options.threads, chunkSteps, lowering: "plain", batchSize: Math.min(batchWhereOpen, train.length) },
      fixedChunks: true,
      resume: null,
      log: options.log,
    });
    return new Runner(trainer, metric);
  }

  get step(): number {
    return this.trainer.step;
  }

  /** Trains until so many steps were done in all; gives the losses of the new ones. */
  async train(steps: number, onProgress: (fraction: number) => void = () => undefined): Promise<number[]> {
    const losses: number[] = [];
    while (!this.broken && this.step < steps) {
      const before = this.step;
      losses.push(...(await trainTo(this.trainer, Math.min(steps, before + 10 * chunkSteps))));
      this.broken = !losses.every(Number.isFinite);
      onProgress(this.step / steps);
      if (this.step === before) break;
    }
    return losses;
  }

  /** The measure of the weights as they are; NaN once the loss was not finite. */
  async measure(): Promise<number> {
    if (this.broken) return Number.NaN;
    const { metrics } = await this.trainer.evaluate("test", "current");
    return metrics[this.metric] ?? Number.NaN;
  }

  dispose(): Promise<void> {
    return this.trainer.dispose();
  }
}

/** The file's training with nothing that ends it early, and nothing that is recorded. */
function briefly(config: TrainingConfig, seed: number, metric: string): TrainingConfig {
  const { training, diagnostics } = config;
  return {
    ...config,
    seed,
    metrics: metric === "loss" ? [] : [metric],
    training: { ...training, pretrain: null, earlyStopping: null, onNonFinite: "stop", checkpoint: { ...training.checkpoint, everyEpochs: 1e6, best: null } },
    diagnostics: { ...diagnostics, everySteps: "auto", statistics: "none", projection: "none" },
  };
}

/** By what sides are compared: the loss where it is one and the same, else what the task is measured by. */
function measureOf(sides: readonly Side[]): { readonly metric: string; readonly measure: Measure; readonly comparable: boolean } {
  const { task } = sides[0].dataset;
  const split = sides.every((side) => dataOf(side).splits.validation.length > 0) ? "validation" : "train";
  const same = (what: (side: Side) => unknown): boolean => new Set(sides.map((side) => JSON.stringify(what(side)))).size === 1;
  const hasOneLoss = same(({ config, dataset: { task: own } }) => config.loss ?? defaultLoss(own)) && same(({ config: { data } }) => [data.targetScaling, task === "autoencoder" ? data.scaling : null]);
  const metric = hasOneLoss ? "loss" : byTask[task];
  const sameExamples = same(({ config: { data } }) => ({ ...data, scaling: null, targetScaling: null, augment: null, sampling: null, stream: null }));
  const comparable = same((side) => side.dataset.task) && sameExamples && (hasOneLoss || metric !== "loss") && same((side) => dataOf(side).splits.validation.length);
  return { metric, comparable, measure: { tag: `${split}/${metric}`, higherIsBetter: metric !== "loss" && metric !== "perplexity" } };
}

/** What tells how good a model of a task is, whatever its loss. */
const byTask: Readonly<Record<Task, string>> = { classification: "accuracy", multi_label: "accuracy", regression: "r2", language_model: "perplexity", autoencoder: "loss" };

/** Up to `most` of these, evenly spread. */
function spread(examples: Int32Array, most: number): Int32Array {
  if (examples.length <= most) return examples;
  return Int32Array.from({ length: most }, (_, i) => examples[Math.floor((i * examples.length) / most)]);
}
