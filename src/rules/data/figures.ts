/** Figures of a data set that rules speak of; each reads the training split alone. */
import { predictsClasses } from "../../engine/data/task.js";
import type { Dataset } from "../../engine/data/types.js";
import type { LayerOutline } from "../../engine/layers/outline.js";

/** Targets of each class in the training split, by class index; empty where there are no classes. */
export function classCounts(dataset: Dataset): number[] {
  if (!predictsClasses(dataset.task) || dataset.classes === null) return [];
  const counts = dataset.classes.map(() => 0);
  const steps = targetWidth(dataset);
  for (const example of dataset.splits.train) for (let step = example * steps; step < (example + 1) * steps; step += 1) if (Number(dataset.targets.data[step]) >= 0) counts[Number(dataset.targets.data[step])] += 1;
  return counts;
}

/** Whether classes are numbers that were taken for classes: at least 30 of them, all numeric, one for every ten examples or more. */
export function isNumbers(classes: readonly string[], examples: number): boolean {
  return classes.length >= 30 && classes.length > examples / 10 && classes.every((name) => name.trim() !== "" && Number.isFinite(Number(name)));
}

/** Whether numbers were taken for classes and one output is to give them: a regression that the loss, or `data.task`, made a classification of. */
export function takesNumbersForClasses({ dataset, outline }: { readonly dataset: Dataset; readonly outline: readonly LayerOutline[] | null }): boolean {
  return dataset.task === "classification" && outline?.at(-1)?.outputShape.at(-1) === 1 && isNumbers(dataset.classes ?? [], dataset.splits.train.length);
}

/** Values of one example's target. */
export function targetWidth({ targets }: Dataset): number {
  return targets.dims.slice(1).reduce((product, dim) => product * Number(dim), 1);
}

export interface TargetSummary {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Mean over columns of the variance within a column: what the mean as a constant answer leaves under mse. */
  readonly variance: number;
  /** Mean of squares: what the answer 0 leaves under mse. */
  readonly meanSquare: number;
}

/** Targets of numbers (as the loss sees them, scaled); null for classes and for an empty split. */
export function targetSummary(dataset: Dataset): TargetSummary | null {
  const { train } = dataset.splits;
  if (predictsClasses(dataset.task) || train.length === 0) return null;
  const width = targetWidth(dataset);
  const { data } = dataset.targets;
  const divisor = targetDivisor(dataset);
  const sums = new Float64Array(width);
  const squares = new Float64Array(width);
  let [min, max] = [Infinity, -Infinity];
  for (const example of train) {
    for (let column = 0; column < width; column += 1) {
      const value = Number(data[example * width + column]) / divisor;
      sums[column] += value;
      squares[column] += value * value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  const n = train.length;
  const mean = sums.reduce((a, b) => a + b, 0) / n / width;
  const meanSquare = squares.reduce((a, b) => a + b, 0) / n / width;
  const variance = squares.reduce((total, square, column) => total + Math.max(square / n - (sums[column] / n) ** 2, 0), 0) / width;
  return { min, max, mean, variance, meanSquare };
}

/** What stored targets are divided by before the loss sees them: those of an autoencoder may be bytes. */
export function targetDivisor({ task, inputDivisor }: Dataset): number {
  return task === "autoencoder" ? inputDivisor : 1;
}

/** Share of target values of the training split below `low` or above `high`. */
export function shareOutside(dataset: Dataset, low: number, high: number): number {
  const width = targetWidth(dataset);
  let outside = 0;
  for (const example of dataset.splits.train) {
    for (let column = 0; column < width; column += 1) {
      const value = Number(dataset.targets.data[example * width + column]) / targetDivisor(dataset);
      if (value < low || value > high) outside += 1;
    }
  }
  return outside / Math.max(dataset.splits.train.length * width, 1);
}

/** Mean square of what target values of the training split exceed `low` and `high` by. */
export function excessSquare(dataset: Dataset, low: number, high: number): number {
  const width = targetWidth(dataset);
  let sum = 0;
  for (const example of dataset.splits.train) {
    for (let column = 0; column < width; column += 1) {
      const value = Number(dataset.targets.data[example * width + column]) / targetDivisor(dataset);
      sum += Math.max(low - value, value - high, 0) ** 2;
    }
  }
  return sum / Math.max(dataset.splits.train.length * width, 1);
}

export interface InputScale {
  readonly column: string;
  /** Root mean square over the training split, after scaling. */
  readonly rms: number;
}

/** Size of each input column as the model sees it, from the statistics before scaling and the scaling. */
export function inputScales({ rawStatistics, scaling }: Dataset): InputScale[] {
  const at = (values: readonly number[], index: number, otherwise: number): number => values[values.length === 1 ? 0 : index] ?? otherwise;
  return rawStatistics.map(({ name, mean, std }, index) => {
    const divisor = at(scaling.divisor, index, 1);
    return { column: name, rms: Math.hypot((mean - at(scaling.offset, index, 0)) / divisor, std / divisor) };
  });
}
