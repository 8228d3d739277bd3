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

/** The same figures of rows that come in blocks and are not held. */
export class RunningErrors {
  private readonly squares: Float64Array;
  /** Sums over the targets about the first row, and of their squares: a large mean cancels nothing. */
  private readonly sums: Float64Array;
  private readonly totals: Float64Array;
  private first: Float64Array | null = null;
  private absolute = 0;
  private rows = 0;

  constructor(private readonly columns: number) {
    [this.squares, this.sums, this.totals] = [new Float64Array(columns), new Float64Array(columns), new Float64Array(columns)];
  }

  /** Takes in [n, columns] of targets and predictions. */
  add(targets: ArrayLike<number>, predicted: ArrayLike<number>): void {
    const { columns } = this;
    if (this.first === null && targets.length > 0) this.first = Float64Array.from({ length: columns }, (_, column) => targets[column]);
    for (let i = 0; i < targets.length; i++) {
      const column = i % columns;
      const error = targets[i] - predicted[i];
      const distance = targets[i] - this.first![column];
      this.absolute += Math.abs(error);
      this.squares[column] += error * error;
      this.sums[column] += distance;
      this.totals[column] += distance * distance;
    }
    this.rows += targets.length / columns;
  }

  meanAbsoluteError(): number {
    return this.absolute / (this.rows * this.columns);
  }

  rootMeanSquaredError(): number {
    return this.squares.reduce((sum, squares) => sum + Math.sqrt(squares / this.rows), 0) / this.columns;
  }

  r2(): number {
    if (this.rows < 2) return Number.NaN;
    return this.squares.reduce((sum, residual, column) => {
      const total = Math.max(this.totals[column] - this.sums[column] ** 2 / this.rows, 0);
      return sum + (total > 0 ? 1 - residual / total : residual === 0 ? 1 : 0);
    }, 0) / this.columns;
  }
}
