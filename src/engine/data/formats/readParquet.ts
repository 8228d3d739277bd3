/** Apache Parquet, a row group or a part of one at a time, through hyparquet. */
import { DescentError } from "../../../common/errors.js";
import type { Origin, RawColumn, Table } from "../table.js";
import type { ByteSource } from "./byteSource.js";
import { columnOf, columnsToRead, type WantedColumns } from "./cells.js";

/** "PAR1". */
export function looksLikeParquet(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x41 && bytes[2] === 0x52 && bytes[3] === 0x31;
}

/** Columns of a file, and its rows in blocks, as they are stored. */
export interface ParquetFile {
  readonly names: readonly string[];
  readonly rows: number;
  blocks(): AsyncGenerator<Table>;
}

/**
 * Opens a file: reads what stands at its end. `most` rows are given at most, in blocks of about `cells` values at most.
 * @throws DescentError `file-truncated`, `parquet-damaged`, `column-nested`, `column-unknown`, and while blocks are read `parquet-damaged`, `column-type`, `value-not-finite`
 */
export async function openParquet(source: ByteSource, wanted: WantedColumns, most = Infinity, cells = mostCells): Promise<ParquetFile> {
  const { file, name } = source;
  const damaged = (error: unknown): DescentError =>
    error instanceof DescentError ? error : new DescentError("parquet-damaged", `${name} cannot be read as Parquet: ${error instanceof Error ? error.message : String(error)}.`, { file }, { cause: error });
  const end = await source.read(Math.max(0, source.size - 4), 4);
  if (source.size < 12 || !looksLikeParquet(end)) throw new DescentError("file-truncated", `${name} is cut off, or no Parquet file: it does not end with PAR1.`, { file });
  const { parquetMetadataAsync, parquetRead, parquetSchema } = await import("hyparquet");
  const { compressors } = await import("hyparquet-compressors");
  const buffer = {
    byteLength: source.size,
    slice: async (from: number, to = source.size): Promise<ArrayBuffer> => {
      if (!(from >= 0 && to >= from && to <= source.size)) throw new Error(`it refers to bytes ${from} to ${to}, beyond its end`);
      const bytes = await source.read(from, to - from);
      return (bytes.length === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer) as ArrayBuffer;
    },
  };
  const metadata = await parquetMetadataAsync(buffer).catch((error: unknown) => { throw damaged(error); });
  const schema = attempt(() => parquetSchema(metadata), damaged);
  const groups = metadata.row_groups.map(({ num_rows: rows }) => Number(rows));
  const rows = Number(metadata.num_rows);
  const sane = Number.isSafeInteger(rows) && rows >= 0 && groups.every((count) => count >= 0) && groups.reduce((sum, count) => sum + count, 0) === rows;
  if (!sane) throw damaged(new Error("its row groups do not have as many rows as it says"));
  if (rows === 0) throw new DescentError("file-empty", `${name} holds no rows.`, { file });
  const names = columnsToRead(schema.children.map(({ element }) => element.name), wanted);
  for (const { element, children } of schema.children) {
    if (!names.includes(element.name) || (children.length === 0 && element.repetition_type !== "REPEATED")) continue;
    throw new DescentError("column-nested", `${name}: column "${element.name}" is nested (a list or a structure), which cannot be learned from. Leave it out of data.inputs, or flatten it into columns.`, { file });
  }
  return {
    names, rows: Math.min(rows, most),
    async *blocks() {
      let start = 0;
      for (const count of groups) {
        // a large group in parts: the pages before a part are passed over without being decompressed
        const step = count * names.length <= cells ? count : Math.ceil(cells / names.length);
        for (let first = start; first < Math.min(start + count, most); first += step) yield block(first, Math.min(first + step, start + count, most), step < count);
        start += count;
      }
    },
  };

  /** Rows [first, end); `one` after the other, so that of a large group no more than one column is in memory as it is stored. */
  async function block(first: number, end: number, one: boolean): Promise<Table> {
    const origin: Origin = { describe: (row) => ({ text: `${name}, row ${first + row + 1}`, location: { file } }) };
    const parts = new Map(names.map((key) => [key, [] as { readonly from: number; readonly cells: ArrayLike<unknown> }[]]));
    const collect = (chunk: { columnName: string; columnData: ArrayLike<unknown>; rowStart: number }): void => { parts.get(chunk.columnName)?.push({ from: chunk.rowStart - first, cells: chunk.columnData }); };
    const columns: RawColumn[] = [];
    for (const together of one ? names.map((key) => [key]) : [[...names]]) {
      await parquetRead({ file: buffer, metadata, columns: together, rowStart: first, rowEnd: end, compressors, onChunk: collect, geoparquet: false }).catch((error: unknown) => { throw damaged(error); });
      for (const key of together) {
        columns.push(columnOf(key, joined(parts.get(key)!, end - first, key, damaged), origin));
        parts.delete(key);
      }
    }
    return { kind: "table", rows: end - first, origin, columns };
  }
}

/** Cells of a block at most, 64 MB as numbers: writers make groups of a million rows by default. */
const mostCells = 2 ** 23;

function attempt<T>(work: () => T, damaged: (error: unknown) => DescentError): T {
  try {
    return work();
  } catch (error) {
    throw damaged(error);
  }
}

/** The pieces of a column of one row group as one; pieces may go beyond the rows asked for. */
function joined(parts: readonly { readonly from: number; readonly cells: ArrayLike<unknown> }[], rows: number, column: string, damaged: (error: unknown) => DescentError): ArrayLike<unknown> {
  if (parts.length === 1 && parts[0].from === 0 && parts[0].cells.length === rows) return parts[0].cells;
  const cells = new Array<unknown>(rows);
  let filled = 0;
  for (const { from, cells: part } of parts) {
    for (let i = Math.max(0, -from); i < part.length && from + i < rows; i++, filled++) cells[from + i] = part[i];
  }
  if (filled < rows) throw damaged(new Error(`column "${column}" has ${filled} of ${rows} values`));
  return cells;
}
