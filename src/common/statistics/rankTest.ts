export interface RankComparison {
  /** Probability of a difference as large, either way, where there is none; within [0, 1]. */
  readonly p: number;
  /** Of how many pairs the first sample's value is the larger one; ties count half. */
  readonly u: number;
}

/**
 * The test of Mann and Whitney, exact by counting every way to deal out the ranks: asks for nothing but an order, so that infinities and `NaN` (above
 * everything: a run that broke) count as what they are. For groups of up to some ten values. Ties share their ranks' mean.
 */
export function rankTest(a: readonly number[], b: readonly number[]): RankComparison {
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
  return { p: extreme / all, u: seen - least };
}

function midRanks(values: readonly number[]): number[] {
  const sorted = [...values].sort((x, y) => (x === y ? 0 : x < y ? -1 : 1));
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1);
}
