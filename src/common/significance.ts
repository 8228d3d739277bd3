/** Whether two groups of measurements differ by more than chance. Pure functions; compared with SciPy's in the tests. */

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
  const [first, second] = [momentsOf(a), momentsOf(b)];
  const difference = first.mean - second.mean;
  const [va, vb] = [first.variance / a.length, second.variance / b.length];
  const variance = va + vb;
  if (variance === 0) return { difference, statistic: difference === 0 ? 0 : Math.sign(difference) * Infinity, degrees: a.length + b.length - 2, p: difference === 0 ? 1 : 0 };
  const statistic = difference / Math.sqrt(variance);
  const degrees = variance ** 2 / (va ** 2 / (a.length - 1) + vb ** 2 / (b.length - 1));
  return { difference, statistic, degrees, p: incompleteBeta(degrees / (degrees + statistic ** 2), degrees / 2, 0.5) };
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

/** Mean and sample variance (n - 1). */
function momentsOf(values: readonly number[]): { readonly mean: number; readonly variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  // equal values have no variance, whatever their mean is rounded to
  if (values.every((value) => value === values[0])) return { mean: values[0], variance: 0 };
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) };
}

function midRanks(values: readonly number[]): number[] {
  const sorted = [...values].sort((x, y) => (x === y ? 0 : x < y ? -1 : 1));
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1);
}

/** The regularised incomplete beta function I_x(a, b), by its continued fraction (Numerical Recipes, 6.4). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2) ? (front * continuedFraction(x, a, b)) / a : 1 - (front * continuedFraction(1 - x, b, a)) / b;
}

/** Lentz's method; converges within some tens of terms. */
function continuedFraction(x: number, a: number, b: number): number {
  const away = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return result;
}

const lanczos = [0.999_999_999_999_809_93, 676.520_368_121_885_1, -1259.139_216_722_402_8, 771.323_428_777_653_13, -176.615_029_162_140_59, 12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_571_6e-6, 1.505_632_735_149_311_6e-7];

/** ln of the gamma function for x > 0 (Lanczos, g = 7). */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const t = x + 6.5;
  const sum = lanczos.reduce((total, coefficient, i) => (i === 0 ? coefficient : total + coefficient / (x - 1 + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}
