/** Metrics of predicted numbers. `targets` and `predicted` are [n, columns], row-major, in the targets' own unit. Sums are float64. */

/** Mean absolute error over all elements. */
export function meanAbsoluteError(targets: ArrayLike<number>, predicted: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < targets.length; i++) sum += Math.abs(targets[i] - predicted[i]);
  return sum / targets.length;
}

/** Root of the mean squared error of each column, averaged over columns (scikit-learn's root_mean_squared_error). */
export function rootMeanSquaredError(targets: ArrayLike<number>, predicted: ArrayLike<number>, columns: number): number {
  let sum = 0;
  for (let column = 0; column < columns; column++) {
    let squares = 0;
    for (let i = column; i < targets.length; i += columns) squares += (targets[i] - predicted[i]) ** 2;
    sum += Math.sqrt((squares * columns) / targets.length);
  }
  return sum / columns;
}

/**
 * Coefficient of determination 1 - residual / total sum of squares of each column, averaged over columns. At most 1; a constant target
 * gives 1 where it is met exactly and 0 elsewhere, NaN for fewer than two examples (scikit-learn's r2_score).
 */
export function r2(targets: ArrayLike<number>, predicted: ArrayLike<number>, columns: number): number {
  const rows = targets.length / columns;
  if (rows < 2) return Number.NaN;
  let sum = 0;
  for (let column = 0; column < columns; column++) {
    let mean = 0;
    for (let i = column; i < targets.length; i += columns) mean += targets[i] / rows;
    let residual = 0;
    let total = 0;
    for (let i = column; i < targets.length; i += columns) {
      residual += (targets[i] - predicted[i]) ** 2;
      total += (targets[i] - mean) ** 2;
    }
    sum += total > 0 ? 1 - residual / total : residual === 0 ? 1 : 0;
  }
  return sum / columns;
}
