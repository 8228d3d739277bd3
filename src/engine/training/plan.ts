/** When things happen in a run: a pure function of the file and the sizes of the data, but for the clock of automatic checkpoints. */
import type { TrainingConfig } from "./config.js";

export interface RunLength {
  readonly stepsPerEpoch: number;
  readonly epochs: number;
  readonly totalSteps: number;
}

/** Steps and epochs by the file's `epochs` or `steps`. */
export function runLength(config: TrainingConfig, stepsPerEpoch: number): RunLength {
  const { steps, epochs } = config.training;
  if (steps !== null) return { stepsPerEpoch, epochs: steps / stepsPerEpoch, totalSteps: steps };
  const wanted = epochs ?? 10;
  return { stepsPerEpoch, epochs: wanted, totalSteps: Math.ceil(wanted * stepsPerEpoch) };
}

/** The epoch, from 1, that a done step (from 1) belongs to. */
export function epochOf(step: number, stepsPerEpoch: number): number {
  return Math.max(1, Math.ceil(step / stepsPerEpoch));
}

/** Steps between two evaluations. */
export function evaluationInterval(config: TrainingConfig, stepsPerEpoch: number): number {
  const { everySteps, everyEpochs } = config.training.evaluate;
  return everySteps ?? Math.max(1, Math.round((everyEpochs ?? 1) * stepsPerEpoch));
}

/** Steps between two checkpoints; `auto` gives epochs, of which the clock then skips most. */
export function checkpointInterval(config: TrainingConfig, stepsPerEpoch: number): number {
  const { everyEpochs } = config.training.checkpoint;
  return everyEpochs === "auto" ? stepsPerEpoch : Math.max(1, Math.round(everyEpochs * stepsPerEpoch));
}

/**
 * At which steps (from 0) statistics are computed. What they keep in memory costs 1 to 2 % of every step, and a step with them 42 % of a step more (measured: MLP
 * 784-128-64-10, one thread; larger layers less), so that one in 30 stays at 3 % and one in 60 costs 2.3 %. Runs under 600 steps get up to ten, evenly from
 * the first step to the last, since what changed between the two is what a short run has to tell: under 60 steps these two alone, for
 * less than the time of one more step. Longer runs get every 60th step, at most about 2,000, from the first on.
 */
export function statisticsSteps(config: TrainingConfig, totalSteps: number): (step: number) => boolean {
  const { everySteps } = config.diagnostics;
  if (everySteps !== "auto" || totalSteps >= 600) {
    const interval = everySteps !== "auto" ? everySteps : Math.max(60, Math.ceil(totalSteps / 2000));
    return (step) => step % interval === 0;
  }
  const intervals = Math.min(10, Math.max(2, Math.floor(totalSteps / 30))) - 1;
  const chosen = new Set(Array.from({ length: intervals + 1 }, (_, i) => Math.round((i * (totalSteps - 1)) / intervals)));
  return (step) => chosen.has(step);
}

/** The first step (from 0) at which everything moves by the file's `unfreeze`; null: never. */
export function unfreezeStep(config: TrainingConfig, stepsPerEpoch: number): number | null {
  const { unfreeze } = config.training;
  return unfreeze === null ? null : Math.max(1, Math.round(unfreeze.afterEpochs * stepsPerEpoch));
}

/** The next multiple of `interval` after `step`. */
export function nextMultiple(step: number, interval: number): number {
  return (Math.floor(step / interval) + 1) * interval;
}
