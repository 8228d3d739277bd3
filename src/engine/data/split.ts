/** Training, validation and test split by fraction. */
import type { DataConfig } from "../training/config.js";
import { DescentError } from "../../common/errors.js";
import { RandomStream } from "../random/stream.js";

export interface Split {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/**
 * Draws a split of rows 0..n-1 without replacement. The test split has round(n x test) rows, the validation split
 * round(n x validation), halves up; the training split is the rest. With `classes` (a class index a row) the split is
 * stratified: each class gives its share of each part, rounded by largest remainders so that the parts keep those sizes,
 * and no class gives its last row. Rows stay in rising order within a part. The same seed draws the same split.
 * With a fold, what is not test is dealt out to so many parts, class by class, and one of them is the validation split: the folds of one
 * seed share no row, hold every row, and differ by at most one in size. Throws `folds-too-many` where a part would be empty.
 */
export function splitRows(n: number, fractions: Pick<DataConfig["split"], "validation" | "test" | "seed" | "fold">, classes: Int32Array | null): Split {
  const part = new Uint8Array(n); // 0 training, 1 validation, 2 test
  const groups = classes === null ? [Int32Array.from({ length: n }, (_, row) => row)] : groupRows(classes);
  groups.forEach((rows, group) => new RandomStream(fractions.seed, "split", group).shuffle(rows));
  const taken = groups.map(() => 0);
  const { fold } = fractions;
  for (const [code, fraction] of [[2, fractions.test], [1, fold === undefined ? fractions.validation : 0]] as const) {
    const sizes = groups.map((rows) => rows.length);
    const room = sizes.map((size, group) => Math.max(0, size - 1 - taken[group]));
    const shares = allocate(Math.floor(n * fraction + 0.5), sizes, room);
    shares.forEach((count, group) => {
      for (let i = 0; i < count; i++) part[groups[group][taken[group]++]] = code;
    });
  }
  if (fold !== undefined) {
    const left = groups.flatMap((rows, group) => Array.from(rows.subarray(taken[group])));
    if (left.length < fold.of) throw new DescentError("folds-too-many", `${left.length} examples cannot be dealt out to ${fold.of} folds.`, { path: "data.split.fold" });
    for (let i = fold.index; i < left.length; i += fold.of) part[left[i]] = 1;
  }
  const rows = Int32Array.from({ length: n }, (_, row) => row);
  const rowsOf = (code: number) => rows.filter((row) => part[row] === code);
  return { train: rowsOf(0), validation: rowsOf(1), test: rowsOf(2) };
}

function groupRows(classes: Int32Array): Int32Array[] {
  const groups = new Map<number, number[]>();
  classes.forEach((index, row) => {
    const rows = groups.get(index);
    if (rows === undefined) groups.set(index, [row]);
    else rows.push(row);
  });
  return [...groups.entries()].sort(([a], [b]) => a - b).map(([, rows]) => Int32Array.from(rows));
}

/** Largest remainders: `total` divided in proportion to `sizes`, each at most its `room`. Ties go to the lower index. */
function allocate(total: number, sizes: readonly number[], room: readonly number[]): number[] {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const quotas = sizes.map((size) => (all === 0 ? 0 : (total * size) / all));
  const counts = quotas.map((quota, group) => Math.min(Math.floor(quota), room[group]));
  let left = total - counts.reduce((sum, count) => sum + count, 0);
  const byRemainder = quotas.map((quota, group) => ({ group, remainder: quota - Math.floor(quota) })).sort((a, b) => b.remainder - a.remainder || a.group - b.group);
  while (left > 0) {
    const before = left;
    for (const { group } of byRemainder) {
      if (left === 0 || counts[group] >= room[group]) continue;
      counts[group]++;
      left--;
    }
    if (left === before) break; // every class is down to its last row
  }
  return counts;
}
