/** Whether two groups of measurements differ by more than chance. Pure functions; compared with SciPy's in the tests. */
import { welchTest as compare } from "./statistics/compareSamples.js";

export interface TestResult {
  /** Probability of a difference as large, either way, where there is none; within [0, 1]. */
  readonly p: number;
  /** The test's own figure: t of Welch's, U (of the first group) of the ranks'. */
  readonly statistic: number;
}

export interface WelchResult extends TestResult {
  /** Mean of the first group less that of the second. */
  readonly difference: number;
  /** Degrees of freedom after Welch and Satterthwaite. */
  readonly degrees: number;
}

/**
 * Welch's t-test of two groups of at least two finite values each, whose deviations need not be equal. Groups without any deviation
 * give p = 1 where they are equal and p = 0 where they are not. Throws for fewer values. B. L. Welch, Biometrika 34 (1947).
 */
export function welchTest(a: readonly number[], b: readonly number[]): WelchResult {
  if (a.length < 2 || b.length < 2) throw new Error("Welch's test needs two values a group");
  const { difference, t, freedom, p } = compare(a, b);
  return { difference: difference === 0 ? 0 : -difference, statistic: Number.isNaN(t) ? 0 : t, degrees: freedom, p };
}

/**
 * The test of Mann and Whitney, exact by counting every way to deal out the ranks: asks for nothing but an order, so that infinities and `NaN` (above
 * everything: a run that broke) count as what they are. For groups of up to some ten values. Ties share their ranks' mean.
 */
export function rankTest(a: readonly number[], b: readonly number[]): TestResult {
  const ranks = midRanks([...a, ...b].map((value) => (Number.isNaN(value) ? Infinity : value)));
  const sumOf = (list: readonly number[]): number => list.reduce((sum, rank) => sum + rank, 0);
  const least = (a.length * (a.length + 1)) / 2;
  const expected = (a.length * (ranks.length + 1)) / 2;
  const seen = sumOf(ranks.slice(0, a.length));
  let [extreme, all] = [0, 0];
  // every choice of the ranks that the first group might have had
  const choose = (from: number, left: number, sum: number): void => {
    if (left === 0) {
      all += 1;
      if (Math.abs(sum - expected) >= Math.abs(seen - expected) - 1e-9) extreme += 1;
      return;
    }
    for (let i = from; i <= ranks.length - left; i++) choose(i + 1, left - 1, sum + ranks[i]);
  };
  choose(0, a.length, 0);
  return { p: extreme / all, statistic: seen - least };
}

function midRanks(values: readonly number[]): number[] {
  const sorted = [...values].sort((x, y) => (x === y ? 0 : x < y ? -1 : 1));
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1);
}
