/** Rows of files with several arrays side by side (npz, safetensors, lists in JSON lines), in blocks, as the tables that they are in memory. */
import { DescentError } from "../../common/errors.js";
import { elementBytes, hostIsLittle } from "../../engine/data/formats/elements.js";
import { sourceFromTensors, type SourcePart } from "../../engine/data/formats/namedTensors.js";
import { rawTensor } from "../../engine/data/stream/decodeRows.js";
import { joinColumns, takeExamples, takeRows, tensorAsTable, type RawSource, type RawTensor, type Table } from "../../engine/data/table.js";
import type { DataConfig } from "../../engine/training/config.js";
import type { FoundFile } from "../resolveFiles.js";
import { openFile } from "./fileSource.js";
import type { Scratch } from "./scratchFile.js";
import { jsonlPieces } from "./tableBlocks.js";
import type { LocatedFile, TensorPart } from "./tensorParts.js";

/** Rows of inputs as a table, with labels of their own or null. */
export interface RowBlock {
  readonly table: Table;
  readonly labels: RawSource["labels"];
}

/** Bytes of all arrays that are read at once. */
const blockBytes = 4 * 2 ** 20;

/** @throws DescentError `labels-count`, and what reading files throws */
export async function* arrayBlocks({ inputs, labels }: LocatedFile): AsyncGenerator<RowBlock> {
  const rowBytes = inputs.map(({ dims, element }) => dims.slice(1).reduce((product, dim) => product * dim, elementBytes[element]));
  const step = Math.max(1, Math.floor(blockBytes / rowBytes.reduce((sum, bytes) => sum + bytes, 0)));
  const [rows] = inputs[0].dims;
  const sources = [];
  try {
    for (const part of inputs) sources.push(await openFile(part));
    for (let first = 0; first < rows; first += step) {
      const count = Math.min(step, rows - first);
      const tables: Table[] = [];
      for (const [i, part] of inputs.entries()) {
        const bytes = await sources[i].read(part.offset + first * rowBytes[i], count * rowBytes[i]);
        const origin = { describe: (row: number) => ({ text: `${part.name}, example ${first + row}`, location: { file: part.file } }) };
        tables.push(tensorAsTable({ ...rawTensor({ ...part, shape: part.dims.slice(1) }, bytes, count), origin }, part.key));
      }
      yield { table: joinColumns(tables), labels: labels && sliceOf(labels, first, count) };
    }
  } finally {
    for (const source of sources) await source.close();
  }
}

/** Rows [first, first + count) of labels, or as many as there are. */
export function sliceOf<L extends Table | RawTensor>(labels: L, first: number, count: number): L {
  const all = labels.kind === "table" ? labels.rows : labels.dims[0];
  if (first === 0 && count >= all) return labels;
  const rows = Int32Array.from({ length: Math.max(0, Math.min(count, all - first)) }, (_, i) => first + i);
  return (labels.kind === "table" ? takeRows(labels, rows) : takeExamples(labels, rows)) as L;
}

/** Lists of a file of JSON lines as one source a piece. */
export async function* listPieces(found: FoundFile, data: Pick<DataConfig, "inputs" | "target">, part: SourcePart): AsyncGenerator<RawSource> {
  for await (const read of jsonlPieces(found)) {
    if (read.kind === "table") throw new DescentError("formats-differ", `${found.name} has lists at its beginning, and none in some of its other lines.`, { file: found.file });
    yield sourceFromTensors(read, data, part);
  }
}

/** Writes examples that come in pieces one after the other, as float64; what is returned says where they lie. */
export async function storeExamples(pieces: AsyncGenerator<RawSource>, name: string, most: number, scratch: Scratch): Promise<{ readonly part: TensorPart; readonly labels: RawSource["labels"][] }> {
  const file = await scratch.create(0);
  const labels: RawSource["labels"][] = [];
  let [rows, shape]: [number, readonly number[] | null] = [0, null];
  try {
    for await (const { inputs, labels: own } of pieces) {
      if (inputs.kind === "table") throw new DescentError("formats-differ", `${name} holds lists in some pieces and numbers in others.`);
      shape ??= inputs.dims.slice(1);
      if (inputs.dims.slice(1).join() !== shape.join()) {
        const { text, location } = inputs.origin.describe(0);
        throw new DescentError("shapes-differ", `${text}: the lists have shape [${inputs.dims.slice(1).join(", ")}] from here on, before they had [${shape.join(", ")}].`, location);
      }
      const taken = sliceOf(inputs, 0, most - rows);
      await file.write(new Uint8Array(Float64Array.from(taken.data).buffer));
      labels.push(own && sliceOf(own, 0, most - rows));
      rows += taken.dims[0];
      if (rows >= most) break;
    }
  } finally {
    await file.close();
  }
  if (shape === null) throw new DescentError("file-empty", `${name} holds no example.`);
  return { part: { file: file.file, name, offset: 0, dims: [rows, ...shape], element: "float64", littleEndian: hostIsLittle }, labels };
}
