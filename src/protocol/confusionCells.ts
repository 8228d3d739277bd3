/** Between the counts of a confusion matrix and its cells as messages carry them. */
import type { ConfusionMatrix } from "./evaluation.js";

/** The cells of counts[actual * classes + predicted]. */
export function cellsOf(counts: ArrayLike<number>): number[] {
  const cells: number[] = [];
  for (let i = 0; i < counts.length; i++) if (counts[i] !== 0) cells.push(i, counts[i]);
  return cells;
}

/** counts[actual * classes.length + predicted], zeros included. */
export function countsOf({ classes, cells }: Pick<ConfusionMatrix, "classes" | "cells">): Float64Array {
  const counts = new Float64Array(classes.length ** 2);
  for (let i = 0; i + 1 < cells.length; i += 2) if (cells[i] < counts.length) counts[cells[i]] = cells[i + 1];
  return counts;
}
