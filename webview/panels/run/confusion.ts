/** A confusion matrix, counted and arranged: rows actual, columns predicted. Definitions are scikit-learn's. */
import { countsOf } from "../../../src/protocol/confusionCells.js";
import type { ConfusionMatrix } from "../../../src/protocol/evaluation.js";

/** Every count of a matrix: counts[actual * classes.length + predicted]. */
export interface Confusion {
  readonly classes: readonly string[];
  readonly counts: Float64Array;
}

const opened = new WeakMap<ConfusionMatrix, Confusion>();

/** The counts of a matrix as it came; computed once. */
export function confusionOf(matrix: ConfusionMatrix): Confusion {
  let confusion = opened.get(matrix);
  if (!confusion) opened.set(matrix, (confusion = { classes: matrix.classes, counts: countsOf(matrix) }));
  return confusion;
}

/** How well a class is found: shares in 0 to 1, NaN where nothing is to divide by. */
export interface ClassScore {
  readonly name: string;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Examples of the class. */
  readonly support: number;
}

/** Decisions for and against a class, and their shares. */
export function scoreOf(name: string, truePositives: number, falsePositives: number, falseNegatives: number, trueNegatives: number): ClassScore {
  const support = truePositives + falseNegatives;
  return {
    name, truePositives, falsePositives, falseNegatives, trueNegatives, support,
    precision: truePositives / (truePositives + falsePositives), recall: truePositives / support, f1: (2 * truePositives) / (2 * truePositives + falsePositives + falseNegatives),
  };
}

/** Each class against all others. */
export function classScores({ classes, counts }: Confusion): ClassScore[] {
  const n = classes.length;
  const { rows, columns, total } = sumsOf({ classes, counts });
  return classes.map((name, k) => {
    const hit = counts[k * n + k];
    return scoreOf(name, hit, columns[k] - hit, rows[k] - hit, total - rows[k] - columns[k] + hit);
  });
}

export type Averages = Pick<ClassScore, "precision" | "recall" | "f1">;

/** The unweighted mean over the classes that occur or are predicted; a share without anything to divide by counts as 0. */
export function macroAverage(scores: readonly ClassScore[]): Averages {
  const occurring = scores.filter(({ support, falsePositives }) => support + falsePositives > 0);
  const mean = (of: (score: ClassScore) => number) => occurring.reduce((sum, score) => sum + (of(score) || 0), 0) / occurring.length;
  return { precision: mean((s) => s.precision), recall: mean((s) => s.recall), f1: mean((s) => s.f1) };
}

/** Of all classes' decisions together. */
export function microAverage(scores: readonly ClassScore[]): Averages {
  const sum = (of: (score: ClassScore) => number) => scores.reduce((total, score) => total + of(score), 0);
  return scoreOf("", sum((s) => s.truePositives), sum((s) => s.falsePositives), sum((s) => s.falseNegatives), 0);
}

/** Right predictions and all. */
export function hits({ classes, counts }: Confusion): { right: number; total: number } {
  let right = 0;
  for (let k = 0; k < classes.length; k++) right += counts[k * classes.length + k];
  return { right, total: counts.reduce((sum, count) => sum + count, 0) };
}

/** The most frequent mistakes: cells off the diagonal by falling count, at most `limit`. */
export function worstCells({ classes, counts }: Confusion, limit: number): { actual: number; predicted: number; count: number }[] {
  const n = classes.length;
  const wrong: { actual: number; predicted: number; count: number }[] = [];
  counts.forEach((count, i) => {
    const [actual, predicted] = [Math.floor(i / n), i % n];
    if (actual !== predicted && count > 0) wrong.push({ actual, predicted, count });
  });
  return wrong.sort((a, b) => b.count - a.count).slice(0, limit);
}

/** Classes in the order of the mistakes that they take part in, most first; equal ones stay in their order. */
export function worstFirst({ classes, counts }: Confusion): number[] {
  const n = classes.length;
  const { rows, columns } = sumsOf({ classes, counts });
  const mistakes = classes.map((_, k) => rows[k] + columns[k] - 2 * counts[k * n + k]);
  return [...classes.keys()].sort((a, b) => mistakes[b] - mistakes[a] || a - b);
}

/** What the cells show: counts, shares of the row (what became of a class), or shares of the column (what a prediction was). */
export type CellValue = "counts" | "rows" | "columns";

/** The cells' values; a share of nothing is 0. */
export function cellValues(confusion: Confusion, value: CellValue): Float64Array {
  if (value === "counts") return confusion.counts;
  const n = confusion.classes.length;
  const { rows, columns } = sumsOf(confusion);
  return confusion.counts.map((count, i) => count / ((value === "rows" ? rows[Math.floor(i / n)] : columns[i % n]) || 1));
}

/** Cell by cell, how much more the first has than the second. Both have the same classes. */
export function difference(one: Confusion, other: Confusion, value: CellValue): Float64Array {
  const minus = cellValues(other, value);
  return cellValues(one, value).map((share, i) => share - minus[i]);
}

/** Sums of rows (examples of a class), of columns (predictions of a class), and of all. */
export function sumsOf({ classes, counts }: Confusion): { readonly rows: Float64Array; readonly columns: Float64Array; readonly total: number } {
  const n = classes.length;
  const rows = new Float64Array(n);
  const columns = new Float64Array(n);
  let total = 0;
  for (let actual = 0; actual < n; actual++) {
    for (let predicted = 0; predicted < n; predicted++) {
      const count = counts[actual * n + predicted];
      rows[actual] += count;
      columns[predicted] += count;
      total += count;
    }
  }
  return { rows, columns, total };
}
