/** What a few repetitions of a measurement say. */
import { criticalT } from "./studentT.js";

/** The level of every interval that Descent gives. */
export const confidenceLevel = 0.95;

/** A sample's size, mean, standard deviation (n - 1) and the 95 % interval of its mean by Student's t. */
export interface SampleSummary {
  readonly n: number;
  readonly mean: number;
  /** NaN for fewer than two values. */
  readonly deviation: number;
  /** [low, high]; null for fewer than two values, or where one is not finite. */
  readonly interval: readonly [number, number] | null;
  readonly smallest: number;
  readonly largest: number;
}

/** Summarises at least one value. Values that are not finite make the mean so too. */
export function summarize(values: readonly number[]): SampleSummary {
  return summary(values, 0);
}

/**
 * Summarises what a cross-validation gave on (some of) its folds. Two of k folds share most of what they train on, so that their values vary
 * together; the interval's variance is s^2 (1/n + 1/(k - 1)) in place of s^2 / n (Nadeau and Bengio, Inference for the
 * Generalization Error, 2003).
 */
export function summarizeFolds(values: readonly number[], folds: number): SampleSummary {
  return summary(values, 1 / (folds - 1));
}

function summary(values: readonly number[], overlap: number): SampleSummary {
  const n = values.length;
  const mean = meanOf(values);
  const deviation = deviationOf(values);
  const half = n > 1 ? criticalOf(n - 1) * deviation * Math.sqrt(1 / n + overlap) : Number.NaN;
  return { n, mean, deviation, interval: Number.isFinite(half) ? [mean - half, mean + half] : null, smallest: Math.min(...values), largest: Math.max(...values) };
}

/** Of no values NaN; of equal ones exactly theirs. */
export function meanOf(values: readonly number[]): number {
  if (values.length > 0 && areEqual(values)) return values[0];
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard deviation of a sample, divided by n - 1; NaN for fewer than two values. */
export function deviationOf(values: readonly number[]): number {
  return Math.sqrt(varianceOf(values));
}

/** Variance of a sample, divided by n - 1; NaN for fewer than two values. */
export function varianceOf(values: readonly number[]): number {
  if (values.length < 2) return Number.NaN;
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

/** Equal values have no variance, whatever their mean would be rounded to. */
function areEqual(values: readonly number[]): boolean {
  return values.every((value) => value === values[0]);
}

const criticals = new Map<number, number>();

/** The factor of a 95 % interval; a curve asks for the same few again and again. */
export function criticalOf(freedom: number): number {
  let known = criticals.get(freedom);
  if (known === undefined) criticals.set(freedom, (known = criticalT(confidenceLevel, freedom)));
  return known;
}
