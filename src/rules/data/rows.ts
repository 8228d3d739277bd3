/** Examples of a data set as rows of numbers, as the model sees them: for rules that compare examples and columns. */
import type { Dataset } from "../../engine/data/types.js";

/** Columns beyond which nothing is compared column by column. */
const mostColumns = 512;
/** Examples of a split that are looked at: enough for any share that rules speak of. */
const mostExamples = 20_000;

export interface Rows {
  readonly width: number;
  readonly value: (example: number, column: number) => number;
}

/** Inputs of rows and images; null for sequences and tokens, whose values mean nothing one by one, and for no values. */
export function inputRows({ inputs, inputKind }: Dataset): Rows | null {
  if (inputKind !== "row" && inputKind !== "image") return null;
  const width = inputs.dims.slice(1).reduce((product, dim) => product * Number(dim), 1);
  const { data } = inputs;
  return width === 0 ? null : { width, value: (example, column) => Number(data[example * width + column]) };
}

/** Inputs of tables, column by column; null for anything else, and for very wide ones. */
export function inputColumns(dataset: Dataset): (Rows & { readonly names: readonly string[] }) | null {
  const rows = inputRows(dataset);
  return dataset.inputKind !== "row" || dataset.columns === null || rows === null || rows.width > mostColumns || rows.width !== dataset.columns.length ? null : { ...rows, names: dataset.columns };
}

/** At most `mostExamples` of a split, evenly spread. */
export function sample(split: Int32Array, most = mostExamples): Int32Array {
  if (split.length <= most) return split;
  return Int32Array.from({ length: most }, (_, i) => split[Math.floor((i * split.length) / most)]);
}

/** An edit that reads all columns but these; null where the file names no columns of its own, or the columns were made from others. */
export function withoutColumns({ columns, reading }: Dataset, left: readonly string[]): { readonly path: string; readonly value: string[] } | null {
  const { inputColumns: read } = reading;
  if (columns === null || read === null || left.some((name) => !read.includes(name)) || left.length >= read.length) return null;
  return { path: "data.inputs", value: read.filter((name) => !left.includes(name)) };
}

const buffer = new Float64Array(1);
const halves = new Uint32Array(buffer.buffer);

/** A number that is the same for equal rows, and hardly ever for others (53 bits). */
export function rowHash({ width, value }: Rows, example: number): number {
  let [a, b] = [0x811c9dc5, 0x9747b28c];
  for (let column = 0; column < width; column += 1) {
    buffer[0] = value(example, column) + 0; // -0 is 0
    a = Math.imul(a ^ halves[0], 0x01000193) ^ (a >>> 15);
    a = Math.imul(a ^ halves[1], 0x85ebca6b);
    b = Math.imul(b ^ halves[1], 0xc2b2ae35) ^ (b >>> 13);
    b = Math.imul(b ^ halves[0], 0x27d4eb2f);
  }
  return (a >>> 0) * 0x200000 + ((b >>> 0) & 0x1fffff);
}
