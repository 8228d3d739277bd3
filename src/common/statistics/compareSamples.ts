/** Whether two samples differ by more than chance. */
import { confidenceLevel, criticalOf, deviationOf, meanOf, varianceOf } from "./sample.js";
import { criticalT, twoSidedP } from "./studentT.js";

/** A difference of means with its test. */
export interface Comparison {
  /** Mean of the second minus mean of the first. */
  readonly difference: number;
  /** 95 % interval of the difference; null where it cannot be computed. */
  readonly interval: readonly [number, number] | null;
  /** Of the first minus the second, as SciPy has it; infinite where nothing varies and the means differ, NaN where nothing differs at all. */
  readonly t: number;
  /** Degrees of freedom. */
  readonly freedom: number;
  /** Probability, two-sided, of so large a difference by chance alone. */
  readonly p: number;
}

/**
 * Welch's test of two independent samples of at least two values each: t = (m1 - m2) / sqrt(s1^2/n1 + s2^2/n2), degrees of freedom by
 * Welch and Satterthwaite. Equals `scipy.stats.ttest_ind(a, b, equal_var=False)`. Samples that are too small, or with values that are not
 * finite, give NaN and no interval.
 */
export function welchTest(a: readonly number[], b: readonly number[]): Comparison {
  const [va, vb] = [varianceOf(a) / a.length, varianceOf(b) / b.length];
  const difference = meanOf(b) - meanOf(a);
  const error = Math.sqrt(va + vb);
  const freedom = error === 0 ? a.length + b.length - 2 : (va + vb) ** 2 / (va ** 2 / (a.length - 1) + vb ** 2 / (b.length - 1));
  return tested(difference, error, freedom, criticalT);
}

/**
 * The paired test of two measurements of the same examples, at least two: the mean of b - a against its standard error. Equals
 * `scipy.stats.ttest_rel(a, b)`.
 */
export function pairedTest(a: ArrayLike<number>, b: ArrayLike<number>): Comparison {
  const differences = Array.from({ length: a.length }, (_, i) => b[i] - a[i]);
  return tested(meanOf(differences), deviationOf(differences) / Math.sqrt(differences.length), differences.length - 1, (_, freedom) => criticalOf(freedom));
}

function tested(difference: number, error: number, freedom: number, critical: (level: number, freedom: number) => number): Comparison {
  const t = -difference / error;
  if (!Number.isFinite(error) || !Number.isFinite(difference) || !(freedom > 0)) return { difference, interval: null, t: Number.NaN, freedom: Number.NaN, p: Number.NaN };
  const half = error === 0 ? 0 : critical(confidenceLevel, freedom) * error;
  return { difference, interval: [difference - half, difference + half], t, freedom, p: error === 0 && difference === 0 ? 1 : twoSidedP(t, freedom) };
}
