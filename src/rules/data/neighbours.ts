/** What the nearest examples know: a baseline without any training, for comparing models that were trained. */
import type { Dataset } from "../../engine/data/types.js";
import { targetWidth } from "./figures.js";
import { inputRows, sample } from "./rows.js";

/** Neighbours that vote, examples that are asked at most, and multiplications that all this may take (some 50 ms). */
const neighbours = 5;
const mostAsked = 150;
const budget = 4e7;
/** With fewer examples on either side a comparison is chance. */
const leastExamples = 25;

/**
 * How well the five nearest training examples answer for the validation examples: the share of right answers for classes, r2 for numbers, within
 * (-inf, 1]. Columns count alike, by their deviation. null: no validation data, or inputs that are no rows of numbers.
 */
export function neighbourQuality(dataset: Dataset): number | null {
  const rows = inputRows(dataset);
  const { task, splits, targets } = dataset;
  if (rows === null || rows.width > 4096 || splits.validation.length < leastExamples || splits.train.length < leastExamples) return null;
  if ((task !== "classification" && task !== "regression") || targetWidth(dataset) !== 1) return null;
  const asked = sample(splits.validation, mostAsked);
  const known = sample(splits.train, Math.floor(budget / (asked.length * rows.width)));
  if (known.length < leastExamples) return null;
  const [knownRows, askedRows] = scaled(rows, known, asked);
  const answers = Array.from(asked, (_, i) => nearest(askedRows, i, knownRows, known.length, rows.width).map((index) => Number(targets.data[known[index]])));
  const truths = Array.from(asked, (example) => Number(targets.data[example]));
  if (task === "classification") return truths.filter((truth, i) => commonest(answers[i]) === truth).length / truths.length;
  const mean = truths.reduce((a, b) => a + b, 0) / truths.length;
  const spread = truths.reduce((sum, truth) => sum + (truth - mean) ** 2, 0);
  const missed = truths.reduce((sum, truth, i) => sum + (truth - answers[i].reduce((a, b) => a + b, 0) / answers[i].length) ** 2, 0);
  return spread > 0 ? 1 - missed / spread : null;
}

/** Both sets of rows, each column divided by its deviation over the known ones; constant columns count for nothing. */
function scaled({ width, value }: { readonly width: number; readonly value: (example: number, column: number) => number }, known: Int32Array, asked: Int32Array): [Float32Array, Float32Array] {
  const rows = [known, asked].map((examples) => new Float32Array(examples.length * width)) as [Float32Array, Float32Array];
  for (let column = 0; column < width; column += 1) {
    let [mean, square] = [0, 0];
    for (const example of known) {
      const x = value(example, column);
      mean += x / known.length;
      square += (x * x) / known.length;
    }
    const variance = square - mean * mean;
    const factor = variance > 1e-12 * square ? 1 / Math.sqrt(variance) : 0;
    [known, asked].forEach((examples, set) => examples.forEach((example, i) => { rows[set][i * width + column] = (value(example, column) - mean) * factor; }));
  }
  return rows;
}

/** The places of the known rows nearest to a row. */
function nearest(asked: Float32Array, row: number, known: Float32Array, count: number, width: number): number[] {
  const best: { readonly index: number; readonly distance: number }[] = [];
  for (let index = 0; index < count; index += 1) {
    let distance = 0;
    for (let column = 0; column < width; column += 1) distance += (asked[row * width + column] - known[index * width + column]) ** 2;
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
