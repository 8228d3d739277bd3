/** The curve of a learning-rate range test (Smith, "Cyclical Learning Rates", 2017) and the rates that it suggests, as fastai's `lr_find` takes them. */

/** Weight of the old value in the smoothed loss; fastai's. */
const smoothing = 0.98;

export interface RateCurve {
  readonly rates: readonly number[];
  /** Smoothed. */
  readonly losses: readonly number[];
}

/** Suggested rates; null where the curve is too short or never falls. */
export interface Suggestions {
  /** Where the loss falls fastest over the logarithm of the rate. */
  readonly steepest: number | null;
  /** A tenth of the rate with the smallest loss. */
  readonly minimumTenth: number;
  /** Half way down the longest stretch over which the loss falls. */
  readonly valley: number | null;
}

/** `count` rates from `low` to `high`, evenly over their logarithm. */
export function ratesBetween(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => low * (high / low) ** (i / (count - 1)));
}

/** Running means with weight 0.98 on the past, corrected for their start at 0. */
export function smoothed(losses: readonly number[]): number[] {
  let mean = 0;
  return losses.map((loss, i) => {
    mean = smoothing * mean + (1 - smoothing) * loss;
    return mean / (1 - smoothing ** (i + 1));
  });
}

/** What the curve suggests. `losses` are smoothed; as fastai does, its first tenth and last five points are better left out beforehand (`inner`). */
export function suggestions({ rates, losses }: RateCurve): Suggestions {
  const least = losses.indexOf(Math.min(...losses));
  const slopes = losses.slice(1).map((loss, i) => (loss - losses[i]) / Math.log(rates[i + 1] / rates[i]));
  const steepest = slopes.indexOf(Math.min(...slopes));
  return { steepest: slopes.length > 0 && slopes[steepest] < 0 ? rates[steepest] : null, minimumTenth: rates[least] / 10, valley: valley({ rates, losses }) };
}

/** The curve without its first tenth, where the smoothed loss has not settled, and its last five points, where it breaks. */
export function inner({ rates, losses }: RateCurve): RateCurve {
  const [from, to] = [Math.floor(rates.length / 10), Math.max(rates.length - 5, 2)];
  return { rates: rates.slice(from, to), losses: losses.slice(from, to) };
}

/** The longest falling subsequence, and the rate half way along it (a third and a sixth from its start). */
function valley({ rates, losses }: RateCurve): number | null {
  const lengths = losses.map(() => 1);
  let [start, end] = [0, 0];
  for (let i = 1; i < losses.length; i++) {
    for (let j = 0; j < i; j++) {
      if (losses[i] < losses[j] && lengths[i] < lengths[j] + 1) lengths[i] = lengths[j] + 1;
      if (lengths[end] < lengths[i]) {
        end = i;
        start = Math.max(0, end - lengths[end]);
      }
    }
  }
  if (end === 0) return null;
  const section = (end - start) / 3;
  return rates[start + Math.trunc(section) + Math.trunc(section / 2)];
}
