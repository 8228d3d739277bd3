/** When a trial cannot win any more. Both rules compare what trials had come to after the same training. */

/** A trial's values of the metric, epochs rising; NaN is worse than anything. */
export interface TrialCurve {
  readonly epochs: readonly number[];
  readonly values: readonly number[];
}

/** Completed trials from which the median rule speaks: fewer say little. Google Vizier's and Optuna's default. */
const leastCompleted = 5;

/** Whether `a` is better than `b`. */
function isBetter(a: number, b: number, lowerIsBetter: boolean): boolean {
  if (Number.isNaN(a)) return false;
  return Number.isNaN(b) || (lowerIsBetter ? a < b : a > b);
}

/** The best value up to an epoch; null before the first evaluation. */
export function bestUntil({ epochs, values }: TrialCurve, epoch: number, lowerIsBetter: boolean): number | null {
  let best: number | null = null;
  for (let i = 0; i < epochs.length && epochs[i] <= epoch + tolerance; i++) if (best === null || isBetter(values[i], best, lowerIsBetter)) best = values[i];
  return best;
}

/** Epochs are quotients of steps. */
const tolerance = 1e-9;

/**
 * The median rule (Golovin and others, Google Vizier, KDD 2017, 3.2.2): stop a trial whose best value so far is strictly worse than the
 * median of the completed trials' running averages at the same epoch.
 */
export function isBelowMedian(trial: TrialCurve, completed: readonly TrialCurve[], leastEpochs: number, lowerIsBetter: boolean): boolean {
  const epoch = trial.epochs.at(-1);
  if (epoch === undefined || epoch < leastEpochs - tolerance) return false;
  const averages = completed.map((other) => averageUntil(other, epoch)).filter((value) => value !== null);
  if (averages.length < leastCompleted) return false;
  averages.sort((a, b) => (isBetter(a, b, lowerIsBetter) ? -1 : isBetter(b, a, lowerIsBetter) ? 1 : 0));
  const best = bestUntil(trial, epoch, lowerIsBetter);
  const [below, above] = [averages[Math.floor((averages.length - 1) / 2)], averages[Math.floor(averages.length / 2)]];
  const median = Number.isNaN(below) || Number.isNaN(above) ? above : (below + above) / 2;
  return best !== null && isBetter(median, best, lowerIsBetter);
}

/** A running average; one non-finite value makes it the worst there is. */
function averageUntil({ epochs, values }: TrialCurve, epoch: number): number | null {
  let [sum, count] = [0, 0];
  for (; count < epochs.length && epochs[count] <= epoch + tolerance; count++) sum += values[count];
  return count === 0 ? null : Number.isFinite(sum) ? sum / count : Number.NaN;
}

/** The rungs of successive halving below the whole training: leastEpochs, leastEpochs x factor, ... */
export function rungsOf(leastEpochs: number, factor: number, epochs: number): number[] {
  const rungs: number[] = [];
  for (let rung = leastEpochs; rung < epochs - tolerance; rung *= factor) rungs.push(rung);
  return rungs;
}

/**
 * Asynchronous successive halving (Li and others, A System for Massively Parallel Hyperparameter Tuning, MLSys 2020), in the form that
 * stops: at each rung that a trial has reached it goes on only if it is among the best 1/factor of all that have reached the rung so far,
 * itself included. Nobody waits for others; the first few go on for want of rivals.
 */
export function isOutsideRung(trial: TrialCurve, others: readonly TrialCurve[], rungs: readonly number[], factor: number, lowerIsBetter: boolean): boolean {
  const epoch = trial.epochs.at(-1);
  const before = trial.epochs.at(-2) ?? 0;
  if (epoch === undefined) return false;
  return rungs.some((rung) => {
    if (epoch < rung - tolerance || before >= rung - tolerance) return false; // each rung is decided once, on reaching it
    const value = reached(trial, rung, lowerIsBetter);
    if (value === null) return false;
    const rivals = others.map((other) => reached(other, rung, lowerIsBetter)).filter((other) => other !== null);
    const better = rivals.filter((rival) => isBetter(rival, value, lowerIsBetter)).length;
    const places = Math.max(1, Math.floor((rivals.length + 1) / factor));
    return better >= places;
  });
}

/** What a trial had come to when it reached a rung: its best value until the first evaluation at or behind it; null where it has not. */
function reached(curve: TrialCurve, rung: number, lowerIsBetter: boolean): number | null {
  const at = curve.epochs.findIndex((epoch) => epoch >= rung - tolerance);
  return at < 0 ? null : bestUntil(curve, curve.epochs[at], lowerIsBetter);
}
