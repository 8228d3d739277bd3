/** The rows of a file of a table, in blocks, whatever its format; only a block is in memory. */
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { DescentError } from "../../common/errors.js";
import type { WantedColumns } from "../../engine/data/formats/cells.js";
import type { Format } from "../../engine/data/formats/detect.js";
import { readArrowBlocks } from "../../engine/data/formats/readArrow.js";
import { readJsonl } from "../../engine/data/formats/readJsonl.js";
import { openParquet } from "../../engine/data/formats/readParquet.js";
import { parseCsv, type CsvHeader } from "../../engine/data/readCsv.js";
import type { NamedTensors } from "../../engine/data/formats/namedTensors.js";
import type { Table } from "../../engine/data/table.js";
import { fileError } from "../readFile.js";
import type { FoundFile } from "../resolveFiles.js";
import { openFile } from "./fileSource.js";

/** Bytes of text that are parsed at once. */
const textBytes = 4 * 2 ** 20;

export type TableFormat = "csv" | "jsonl" | "parquet" | "arrow";

export interface TableOptions {
  readonly wanted: WantedColumns;
  /** Columns that the training file names. */
  readonly knownNames: readonly string[];
  /** Rows at most. */
  readonly most: number;
}

/** Formats that are tables. */
export function isTableFormat(format: Format): format is TableFormat {
  return format === "csv" || format === "jsonl" || format === "parquet" || format === "arrow";
}

/** @throws DescentError what reading the format throws */
export async function* tableBlocks(found: FoundFile, format: TableFormat, { wanted, knownNames, most }: TableOptions): AsyncGenerator<Table> {
  if (format === "csv") return yield* csvBlocks(found, knownNames);
  if (format === "jsonl") return yield* jsonlBlocks(found);
  const source = await openFile(found);
  try {
    if (format === "arrow") yield* readArrowBlocks(source, wanted, most);
    else yield* (await openParquet(source, wanted, most)).blocks();
  } finally {
    await source.close();
  }
}

async function* csvBlocks({ file, name }: FoundFile, knownNames: readonly string[]): AsyncGenerator<Table> {
  let header: CsvHeader | null = null;
  for await (const { bytes, firstLine } of textPieces(file, name, true)) {
    if (header === null && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))) throw new DescentError("file-too-large", `${name} is text in UTF-16, which is not read in pieces: write it in UTF-8.`, { file });
    const piece = parseCsv({ file, name, bytes }, { knownNames, header, firstLine });
    if (piece.header.names.length > 0) ({ header } = piece);
    if (piece.table.rows > 0) yield piece.table;
  }
}

async function* jsonlBlocks(found: FoundFile): AsyncGenerator<Table> {
  let names: readonly string[] | null = null;
  for await (const read of jsonlPieces(found)) {
    if (read.kind === "tensors") throw new DescentError("formats-differ", `${found.name} has lists in some of its lines, and none at its beginning.`, { file: found.file });
    names ??= read.columns.map((column) => column.name);
    const unknown = read.columns.find((column) => !names?.includes(column.name));
    if (unknown !== undefined) throw new DescentError("column-unknown", `${found.name} has a field "${unknown.name}" that its beginning lacks.`, { file: found.file });
    const missing = new Float64Array(read.rows).fill(Number.NaN);
    yield { ...read, columns: names.map((column) => read.columns.find((candidate) => candidate.name === column) ?? { name: column, numbers: missing, texts: null }) };
  }
}

/** A file of JSON lines in pieces: tables, or arrays by name where a field holds lists. */
export async function* jsonlPieces({ file, name }: FoundFile): AsyncGenerator<Table | NamedTensors> {
  for await (const { bytes, firstLine } of textPieces(file, name, false)) {
    if (bytes.every((byte) => byte <= 0x20)) continue;
    yield readJsonl({ file, name, bytes }, Infinity, firstLine);
  }
}

interface TextPiece {
  readonly bytes: Uint8Array;
  readonly firstLine: number;
}

/** A file in pieces that end at the end of a line, decompressed where it is compressed; with `quotes`, at one that no quotes enclose. */
async function* textPieces(file: string, name: string, quotes: boolean): AsyncGenerator<TextPiece> {
  const input = createReadStream(file, { highWaterMark: textBytes });
  try {
    let rest: Uint8Array = new Uint8Array(0);
    let line = 1;
    for await (const chunk of file.endsWith(".gz") ? input.pipe(createGunzip({ chunkSize: textBytes })) : input) {
      const bytes = rest.length === 0 ? plain(chunk as Buffer) : joined(rest, chunk as Buffer);
      const end = lastLineEnd(bytes, quotes);
      if (end > 0) {
        const piece = bytes.subarray(0, end);
        yield { bytes: piece, firstLine: line };
        line += lineCount(piece);
      }
      rest = bytes.slice(end);
      if (rest.length > 64 * textBytes) throw new DescentError("csv-quote", `${name}, line ${line}: a record is longer than ${(64 * textBytes) / 2 ** 20} MB; a quote is probably not closed.`, { file });
    }
    if (rest.length > 0) yield { bytes: rest, firstLine: line };
  } catch (error) {
    throw fileError(error, file, name);
  } finally {
    input.destroy();
  }
}

function plain(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** Behind the last line break; with `quotes`, the last one that an even number of quotes precedes. 0: there is none. */
function lastLineEnd(bytes: Uint8Array, quotes: boolean): number {
  if (!quotes || !bytes.includes(0x22)) return bytes.lastIndexOf(0x0a) + 1;
  let [open, end] = [false, 0];
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === 0x22) open = !open;
    else if (bytes[i] === 0x0a && !open) end = i + 1;
  }
  return end;
}

function lineCount(bytes: Uint8Array): number {
  let count = 0;
  for (let i = bytes.indexOf(0x0a); i !== -1; i = bytes.indexOf(0x0a, i + 1)) count++;
  return count;
}
