/** What the nearest examples know: a baseline without any training, for comparing models that were trained. */
import type { Dataset } from "../../engine/data/types.js";
import { targetWidth } from "./figures.js";
import { inputRows, type Rows, sample } from "./rows.js";

/** Neighbours that vote, examples that are asked at most, and multiplications that all this may take (some 50 ms). */
const neighbours = 5;
const mostAsked = 250;
const budget = 4e7;
/** With fewer examples a comparison is chance. */
const leastExamples = 50;

export interface NeighbourQuality {
  /** Share of right answers for classes, r2 for numbers. */
  readonly value: number;
  /** Examples that were asked. */
  readonly asked: number;
}

/**
 * How well the five nearest others answer for the examples of the training split. Columns count alike, by their deviation. null: too few examples, or
 * inputs that are no rows of numbers.
 */
export function neighbourQuality(dataset: Dataset): NeighbourQuality | null {
  const rows = inputRows(dataset);
  const { task, splits, targets } = dataset;
  if (rows === null || rows.width > 4096 || splits.train.length < leastExamples) return null;
  if ((task !== "classification" && task !== "regression") || targetWidth(dataset) !== 1) return null;
  const known = sample(splits.train, Math.max(leastExamples, Math.floor(budget / (mostAsked * rows.width))));
  const asked = Math.min(known.length, mostAsked);
  const values = scaled(rows, known);
  const answers = Array.from({ length: asked }, (_, i) => nearest(values, i, known.length, rows.width).map((index) => Number(targets.data[known[index]])));
  const truths = Array.from({ length: asked }, (_, i) => Number(targets.data[known[i]]));
  if (task === "classification") return { value: truths.filter((truth, i) => commonest(answers[i]) === truth).length / asked, asked };
  const mean = truths.reduce((a, b) => a + b, 0) / asked;
  const spread = truths.reduce((sum, truth) => sum + (truth - mean) ** 2, 0);
  const missed = truths.reduce((sum, truth, i) => sum + (truth - answers[i].reduce((a, b) => a + b, 0) / answers[i].length) ** 2, 0);
  return spread > 0 ? { value: 1 - missed / spread, asked } : null;
}

/** Rows one after the other, each column divided by its deviation; constant columns count for nothing. */
function scaled({ width, value }: Rows, examples: Int32Array): Float32Array {
  const rows = new Float32Array(examples.length * width);
  for (let column = 0; column < width; column += 1) {
    let [mean, square] = [0, 0];
    for (const example of examples) {
      const x = value(example, column);
      mean += x / examples.length;
      square += (x * x) / examples.length;
    }
    const variance = square - mean * mean;
    const factor = variance > 1e-12 * square ? 1 / Math.sqrt(variance) : 0;
    examples.forEach((example, i) => { rows[i * width + column] = (value(example, column) - mean) * factor; });
  }
  return rows;
}

/** The places of the rows nearest to one of them, itself left out. */
function nearest(rows: Float32Array, row: number, count: number, width: number): number[] {
  const best: { readonly index: number; readonly distance: number }[] = [];
  for (let index = 0; index < count; index += 1) {
    if (index === row) continue;
    let distance = 0;
    for (let column = 0; column < width; column += 1) distance += (rows[row * width + column] - rows[index * width + column]) ** 2;
    if (best.length === neighbours && distance >= best[neighbours - 1].distance) continue;
    best.push({ index, distance });
    best.sort((a, b) => a.distance - b.distance);
    best.length = Math.min(best.length, neighbours);
  }
  return best.map(({ index }) => index);
}

/** The value that stands most often among the answers; of equals the nearest. */
function commonest(values: readonly number[]): number {
  const count = (value: number): number => values.filter((other) => other === value).length;
  return values.reduce((best, value) => (count(value) > count(best) ? value : best), values[0]);
}
