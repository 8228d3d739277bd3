/** The file's own training for a few steps: what the short experiments are made from. */
import type { Dataset } from "../../engine/data/types.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import { createTrainer } from "../../engine/training/trainer.js";
import type { Trainer, TrainerOptions } from "../../engine/training/types.js";
import type { CheckOptions } from "./checkResult.js";

/** Steps between two looks at the clock. */
const chunkSteps = 10;
/** Examples a batch where the file leaves that to memory. */
const batchWhereOpen = 32;

export interface RunChanges {
  readonly config?: TrainingConfig;
  readonly dataset?: Dataset;
  readonly start?: TrainerOptions["start"];
  readonly chunkSteps?: number;
}

/** The data that experiments train on: of streamed data the sample in memory. */
export function dataOf({ dataset }: Pick<CheckOptions, "dataset">): Dataset {
  return dataset.sample ?? dataset;
}

/** A trainer of the file as it is, but that nothing is evaluated, stopped early or restored. It is not run to its end: schedules keep their length. */
export function openTrainer(options: CheckOptions, changes: RunChanges = {}): Promise<Trainer> {
  const dataset = changes.dataset ?? dataOf(options);
  return createTrainer({
    config: plain(changes.config ?? options.config),
    dataset: { ...dataset, splits: { train: dataset.splits.train, validation: new Int32Array(0), test: new Int32Array(0) } },
    backend: options.backend,
    provider: options.provider,
    tuning: { threads: options.threads, chunkSteps: changes.chunkSteps ?? chunkSteps, lowering: "plain", batchSize: Math.min(batchWhereOpen, dataset.splits.train.length) },
    fixedChunks: true,
    resume: null,
    start: changes.start,
    log: options.log,
  });
}

function plain(config: TrainingConfig): TrainingConfig {
  const { training, diagnostics } = config;
  return {
    ...config,
    training: { ...training, pretrain: null, polyak: null, earlyStopping: null, onNonFinite: "stop", checkpoint: { ...training.checkpoint, everyEpochs: 1e6, best: null } },
    diagnostics: { ...diagnostics, everySteps: "auto", statistics: "none", projection: "none" },
  };
}

/** Trains until at least so many steps were done in all, or the run is over; a loss that stops being finite ends it. Gives the losses of the new steps. */
export async function trainTo(trainer: Trainer, steps: number): Promise<number[]> {
  const losses: number[] = [];
  const goal = Math.min(steps, trainer.plan.totalSteps);
  while (trainer.step < goal) {
    const event = await trainer.next();
    if (event.kind === "end") break;
    if (event.kind === "steps") losses.push(...event.losses);
    if (!losses.every(Number.isFinite)) break;
  }
  return losses;
}

/** The losses of the run's first `steps` batches under given weights, in training mode, nothing being moved but running statistics. */
export async function lossesUnder(options: CheckOptions, start: TrainerOptions["start"], steps: number): Promise<number[]> {
  const { config } = options;
  const trainer = await openTrainer(options, { config: { ...config, schedule: { kind: "constant", arguments: { warmup_steps: 0 } }, training: { ...config.training, unfreeze: null } }, start });
  try {
    trainer.setLearningRate(0);
    return await trainTo(trainer, steps);
  } finally {
    await trainer.dispose();
  }
}

/** Whether the weights, or most of them, come from a file. */
export function beginsTrained({ imported, initFrom }: TrainingConfig): boolean {
  return imported !== null || initFrom !== null;
}

/** Path of the learning rate. */
export function ratePath({ optimizer }: TrainingConfig): string {
  return `optimizer.${optimizer.kind}.lr`;
}
