import type { LiveContext } from "./liveContext.js";
import type { RunHistory } from "./runHistory.js";

/** A run of fewer steps than this that ends at chance is too short to say anything else of. */
const fewSteps = 50;
/** Share of chance above which a run is not done. Absolute errors fall by the root of what squared ones fall by: half of the variance is left at 0.7 of the distance. */
const unfinished = (kind: string): number => (kind === "mae" ? Math.SQRT1_2 : 0.5);
/** Share of the whole fall that the last quarter must bring. An exponential fall with time constant of half the run gives 0.15, examples/diabetes 0.06. */
const creeping = 0.12;

export interface CutShort {
  /** Mean loss of the last quarter and of the one before. */
  readonly loss: number;
  readonly before: number;
  readonly chance: number;
}

/**
 * Whether a run that went to its planned end stopped in the middle of learning: the loss was still falling beyond its noise, and was
 * still above half of what the best constant answer gives (0.7 of it under mae) (nearer to chance a fall of 0.3 % a quarter counts, below 0.9 of it 3 %).
 * null: no, or unknown.
 */
export function cutShort({ chance, totalSteps, loss }: LiveContext, history: RunHistory): CutShort | null {
  if (chance !== null && totalSteps < 3 && history.lastStep >= totalSteps && history.firstLoss !== null && history.firstLoss > 0.9 * chance) {
    return { loss: history.firstLoss, before: history.firstLoss, chance };
  }
  const before = history.losses.stretch(0.5, 0.75);
  const last = history.losses.stretch(0.75, 1);
  if (chance === null || !(chance > 0) || before === null || last === null || history.lastStep < totalSteps) return null;
  const result = { loss: last.mean, before: before.mean, chance };
  if (totalSteps < fewSteps && last.mean > 0.9 * chance && last.mean <= 1.2 * (history.firstLoss ?? last.mean)) return result;
  const fall = before.mean - last.mean;
  const worth = last.mean > 0.9 * chance ? 0.003 * chance : 0.03 * last.mean;
  // a run that has levelled off creeps on: what counts is a good part of all that it learned
  const whole = (history.losses.stretch(0, 0.1)?.mean ?? before.mean) - last.mean;
  if (fall < creeping * whole) return null;
  // quarters of a short run have too few steps for certainty
  const certain = totalSteps < fewSteps ? 0 : totalSteps < 100 ? 1.5 : 3;
  return last.mean > unfinished(loss.kind) * chance && fall > worth && fall > certain * Math.hypot(before.error, last.error) ? result : null;
}
