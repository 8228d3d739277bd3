/** Points to lay out, from a table of numbers, an array, or a folder as TensorBoard's projector writes it. */
import fs from "node:fs";
import path from "node:path";
import { DescentError } from "../common/errors.js";
import { readCsv, targetNames } from "../engine/data/readCsv.js";
import { readNpy } from "../engine/data/formats/readNpy.js";
import type { NamedBytes, RawTensor, Table } from "../engine/data/table.js";
import { readUserFile } from "./readFile.js";

export interface NamedPoints {
  /** [rows, width], row-major. */
  readonly data: Float32Array;
  readonly rows: number;
  readonly width: number;
  /** A label for each row, where the file has one. */
  readonly labels: readonly string[] | null;
}

/**
 * Reads `.npy`, `.csv`, `.tsv` (columns of text, and those called label, target, class or y, are labels), or a folder with a
 * `projector_config.pbtxt`. Throws `points-ragged` (rows of unequal length, by line), `points-not-numbers`, `points-format`, `points-labels`, and what
 * reading a file throws.
 */
export async function readPoints(source: string): Promise<NamedPoints> {
  const isFolder = (await fs.promises.stat(source).catch(() => null))?.isDirectory() === true;
  if (isFolder || path.basename(source) === projectorConfig) return readProjector(isFolder ? source : path.dirname(source));
  const name = path.basename(source);
  const extension = path.extname(source.replace(/\.gz$/i, "")).toLowerCase();
  if (extension === ".npy") return fromTensor(readNpy(await readUserFile(source, name)), source);
  if (extension === ".csv") return fromTable(readCsv(await readUserFile(source, name), []), source);
  if (extension === ".tsv") return readTsv(await readUserFile(source, name));
  throw new DescentError("points-format", `${name} holds no points that can be read: a run's folder, a training file, .csv, .tsv, .npy or a TensorBoard projector folder can be laid out.`, { file: source });
}

/** The projector's file of settings. */
export const projectorConfig = "projector_config.pbtxt";

function fromTensor(found: RawTensor | Table, file: string): NamedPoints {
  if (found.kind === "table" || found.dims.length < 2) throw new DescentError("points-format", `${path.basename(file)} has one axis; points are rows of numbers.`, { file });
  const rows = found.dims[0];
  return { data: Float32Array.from(found.data), rows, width: found.data.length / rows, labels: null };
}

function fromTable({ columns, rows }: Table, file: string): NamedPoints {
  const isLabel = ({ name, texts }: Table["columns"][number]) => texts !== null || targetNames.includes(name.toLowerCase());
  const numbers = columns.filter((column) => !isLabel(column));
  const label = columns.find(isLabel);
  if (numbers.length === 0) throw new DescentError("points-not-numbers", `${path.basename(file)} has no column of numbers.`, { file });
  const data = new Float32Array(rows * numbers.length);
  numbers.forEach((column, c) => column.numbers.forEach((value, row) => (data[row * numbers.length + c] = value)));
  const labels = label ? Array.from({ length: rows }, (_, row) => label.texts?.[row] ?? (Number.isNaN(label.numbers[row]) ? "" : String(label.numbers[row]))) : null;
  return { data, rows, width: numbers.length, labels };
}

/** Tab-separated numbers without a header, as the projector has them. */
function readTsv({ bytes, name, file }: NamedBytes): NamedPoints {
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/);
  while (lines.length > 0 && lines.at(-1)!.trim() === "") lines.pop();
  const width = lines[0].split("\t").length;
  const data = new Float32Array(lines.length * width);
  lines.forEach((line, row) => {
    const cells = line.split("\t");
    const range = { start: { line: row + 1, column: 1 }, end: { line: row + 1, column: line.length + 1 } };
    if (cells.length !== width) throw new DescentError("points-ragged", `Line ${row + 1} of ${name} has ${cells.length} values, the lines before it have ${width}: every point needs as many.`, { file, range });
    cells.forEach((cell, column) => {
      const value = cell.trim() === "" ? Number.NaN : Number(cell);
      if (Number.isNaN(value) && cell.trim().toLowerCase() !== "nan") throw new DescentError("points-not-numbers", `"${cell}" in line ${row + 1} of ${name}, column ${column + 1}, is no number.`, { file, range });
      data[row * width + column] = value;
    });
  });
  return { data, rows: lines.length, width, labels: null };
}

/** The first embedding of a projector's folder: its tensor, as text or as raw float32, and its metadata. */
async function readProjector(folder: string): Promise<NamedPoints> {
  const file = path.join(folder, projectorConfig);
  const text = new TextDecoder().decode((await readUserFile(file, projectorConfig)).bytes);
  const first = /embeddings\s*:?\s*\{((?:[^{}]|\{[^{}]*\})*)\}/.exec(text)?.[1] ?? text;
  const value = (key: string) => new RegExp(`(?:^|\\s)${key}\\s*:\\s*"((?:[^"\\\\]|\\\\.)*)"`).exec(first)?.[1];
  const tensor = value("tensor_path");
  if (tensor === undefined) throw new DescentError("points-format", `${projectorConfig} names no tensor_path: its embedding is in a checkpoint of TensorFlow, which Descent does not read.`, { file });
  const points = await readProjectorTensor(path.resolve(folder, tensor), first);
  const metadata = value("metadata_path");
  return metadata === undefined ? points : { ...points, labels: await readMetadata(path.resolve(folder, metadata), points.rows) };
}

async function readProjectorTensor(file: string, embedding: string): Promise<NamedPoints> {
  const named = await readUserFile(file, path.basename(file));
  if (/\.tsv$|\.txt$/i.test(file)) return readTsv(named);
  const dims = [...embedding.matchAll(/tensor_shape\s*:\s*(\d+)/g)].map((match) => Number(match[1]));
  const values = named.bytes.length / 4;
  if (dims.length !== 2 || dims[0] * dims[1] !== values) {
    throw new DescentError("points-ragged", `${named.name} holds ${values} numbers; tensor_shape says ${dims.length === 2 ? `${dims[0]} points of ${dims[1]}` : "no rows and columns"}.`, { file });
  }
  return { data: new Float32Array(named.bytes.slice().buffer), rows: dims[0], width: dims[1], labels: null };
}

/** Metadata: a line a point; of several columns a header stands first, and the first column is the label. */
async function readMetadata(file: string, rows: number): Promise<string[]> {
  const name = path.basename(file);
  const lines = new TextDecoder().decode((await readUserFile(file, name)).bytes).split(/\r?\n/);
  while (lines.length > 0 && lines.at(-1) === "") lines.pop();
  const body = lines[0]?.includes("\t") ? lines.slice(1) : lines;
  if (body.length !== rows) throw new DescentError("points-labels", `${name} labels ${body.length} points, and there are ${rows}: every point needs one line.`, { file });
  return body.map((line) => line.split("\t")[0]);
}
