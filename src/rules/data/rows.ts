/** Examples of a data set as rows of numbers, as the model sees them: for rules that compare examples and columns. */
import type { Dataset } from "../../engine/data/types.js";
import type { TensorData } from "../../engine/graph/types.js";

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

/** One number an example (53 bits): the same for equal rows, hardly ever for others. Computed once a data set; null where `inputRows` is. */
export function rowHashes(dataset: Dataset): ((example: number) => number) | null {
  const rows = inputRows(dataset);
  if (rows === null) return null;
  let known = hashes.get(dataset);
  if (known === undefined) hashes.set(dataset, (known = new Map()));
  const kept = known;
  const hash = hasherOf(dataset.inputs.data, rows.width);
  return (example) => {
    let value = kept.get(example);
    if (value === undefined) kept.set(example, (value = hash(example)));
    return value;
  };
}

/** Several rules compare whole rows; of images that is most of what they cost. */
const hashes = new WeakMap<Dataset, Map<number, number>>();

/** Hashes the bytes, four at a time, where equal numbers have equal bytes; else numbers of 64 bits, which have no -0. */
function hasherOf(data: TensorData, width: number): (example: number) => number {
  if (Array.isArray(data) || data.BYTES_PER_ELEMENT > 4 || (width * data.BYTES_PER_ELEMENT) % 4 !== 0 || data.byteOffset % 4 !== 0) {
    const row = new Float64Array(width);
    const words = new Uint32Array(row.buffer);
    return (example) => {
      for (let column = 0; column < width; column += 1) row[column] = Number(data[example * width + column]) + 0; // -0 + 0 is 0
      return hashWords(words, 0, words.length);
    };
  }
  const words = new Uint32Array(data.buffer, data.byteOffset, data.byteLength >>> 2);
  const each = (width * data.BYTES_PER_ELEMENT) / 4;
  const zero = data instanceof Float32Array ? float32MinusZero : null;
  return (example) => hashWords(words, example * each, each, zero);
}

/** The bits of -0, which is equal to 0. */
const float32MinusZero = 0x80000000;

/** Two MurmurHash3 states (x86, 32 bits) over the same words, 53 bits of them. */
function hashWords(words: Uint32Array, from: number, count: number, zero: number | null = null): number {
  let [a, b] = [0x811c9dc5, 0x9747b28c];
  for (let i = from; i < from + count; i += 1) {
    let word = words[i] === zero ? 0 : words[i];
    word = Math.imul(word, 0xcc9e2d51);
    word = Math.imul((word << 15) | (word >>> 17), 0x1b873593);
    a ^= word;
    a = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64) | 0;
    b ^= word;
    b = (Math.imul((b << 7) | (b >>> 25), 9) + 0x38b34ae5) | 0;
  }
  return finish(a) * 0x200000 + (finish(b) & 0x1fffff);
}

/** MurmurHash3's last mixing: every bit of the state moves every bit of the result. */
function finish(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
