import type { ConfusionMatrix } from "../../../src/protocol/evaluation.js";

/** How well a class is found: shares in 0 to 1, NaN where nothing is to divide by. */
export interface ClassScore {
  readonly name: string;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Examples of the class. */
  readonly support: number;
}

/** Precision, recall and F1 by class from the counts (rows actual, columns predicted). */
export function classScores({ classes, counts }: ConfusionMatrix): ClassScore[] {
  const n = classes.length;
  return classes.map((name, k) => {
    let support = 0;
    let predicted = 0;
    for (let j = 0; j < n; j++) {
      support += counts[k * n + j];
      predicted += counts[j * n + k];
    }
    const hit = counts[k * n + k];
    return { name, precision: hit / predicted, recall: hit / support, f1: (2 * hit) / (support + predicted), support };
  });
}

/** Right predictions and all. */
export function hits({ classes, counts }: ConfusionMatrix): { right: number; total: number } {
  let right = 0;
  for (let k = 0; k < classes.length; k++) right += counts[k * classes.length + k];
  return { right, total: counts.reduce((sum, count) => sum + count, 0) };
}

/** The most frequent mistakes: cells off the diagonal by falling count, at most `limit`. */
export function worstCells({ classes, counts }: ConfusionMatrix, limit: number): { actual: number; predicted: number; count: number }[] {
  const n = classes.length;
  return counts
    .map((count, i) => ({ actual: Math.floor(i / n), predicted: i % n, count }))
    .filter(({ actual, predicted, count }) => actual !== predicted && count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, limit);
}
