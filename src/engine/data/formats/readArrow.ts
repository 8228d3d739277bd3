/** Arrow's IPC formats, file (also Feather v2) and stream, a record batch at a time, through flechette. */
import { DescentError } from "../../../common/errors.js";
import type { Origin, Table } from "../table.js";
import type { ByteSource } from "./byteSource.js";
import { columnOf, columnsToRead, type WantedColumns } from "./cells.js";
import { decompressLz4Frame } from "./lz4Frame.js";

/** "ARROW1". */
const magic = [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31];

/** Whether bytes begin as an Arrow file, as a stream (a continuation marker and the schema's length), or as the older Feather v1, which cannot be read. */
export function looksLikeArrow(bytes: Uint8Array): boolean {
  const isStream = bytes.length >= 8 && bytes[0] === 0xff && bytes[1] === 0xff && bytes[2] === 0xff && bytes[3] === 0xff && bytes[7] === 0 && bytes[4] + bytes[5] + bytes[6] > 0;
  const isFeather1 = bytes[0] === 0x46 && bytes[1] === 0x45 && bytes[2] === 0x41 && bytes[3] === 0x31;
  return isStream || isFeather1 || isArrowFile(bytes);
}

function isArrowFile(bytes: Uint8Array): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

/** Kinds of messages, by the flatbuffer's number. */
const schemaMessage = 1;
const dictionaryMessage = 2;
const batchMessage = 3;

/** Rows that a byte of a record batch may stand for: eight yes or no, twice that for safety; many more where it is compressed. */
const mostRowsPerByte = { plain: 16, compressed: 4096 };

interface Message {
  readonly kind: number;
  readonly bytes: Uint8Array;
}

/**
 * The rows of a file or stream in blocks, as they are stored; `most` rows at most.
 * @throws DescentError `file-truncated`, `arrow-damaged`, `arrow-version`, `column-nested`, `column-type`, `column-unknown`, `value-not-finite`, `file-empty`
 */
export async function* readArrowBlocks(source: ByteSource, wanted: WantedColumns, most = Infinity): AsyncGenerator<Table> {
  const { file, name } = source;
  const damaged = (error: unknown): DescentError =>
    error instanceof DescentError ? error : new DescentError("arrow-damaged", `${name} cannot be read as Arrow: ${error instanceof Error ? error.message : String(error)}.`, { file }, { cause: error });
  const { CompressionType, setCompressionCodec, tableFromIPC } = await import("@uwdata/flechette");
  const { decompressZstd } = await import("hyparquet-compressors");
  const never = (): never => { throw new Error("nothing is compressed here"); };
  setCompressionCodec(CompressionType.LZ4_FRAME, { encode: never, decode: decompressLz4Frame });
  setCompressionCodec(CompressionType.ZSTD, { encode: never, decode: (bytes, length) => decompressZstd(bytes, new Uint8Array(length)) });
  let schema: Uint8Array | null = null;
  let names: readonly string[] | null = null;
  const dictionaries: Uint8Array[] = [];
  let start = 0;
  for await (const { kind, bytes } of messages(source, damaged)) {
    if (kind === schemaMessage) schema ??= bytes;
    if (kind === dictionaryMessage) dictionaries.push(bytes);
    if (kind !== batchMessage || schema === null) continue;
    const first = start;
    const origin: Origin = { describe: (row) => ({ text: `${name}, row ${first + row + 1}`, location: { file } }) };
    let columns;
    let rows = 0;
    try {
      const table = tableFromIPC([schema, ...dictionaries, bytes]);
      if (table.numCols === 0) throw new Error("it has no columns");
      names ??= columnsToRead(table.names.map(String), wanted);
      rows = Math.min(table.numRows, most - first);
      for (const field of table.schema.fields) checkField(field.name, field.type.typeId, names, source);
      columns = names.map((key) => {
        const child = table.getChild(key);
        if (child === undefined || child === null) throw new Error(`a record batch lacks column "${key}"`);
        const cells = child.toArray() as ArrayLike<unknown>;
        if (cells.length < rows) throw new Error(`column "${key}" has ${cells.length} of ${rows} values`);
        return columnOf(key, rows === cells.length ? cells : Array.prototype.slice.call(cells, 0, rows), origin);
      });
    } catch (error) {
      throw damaged(error);
    }
    start += rows;
    if (rows > 0) yield { kind: "table", rows, origin, columns };
    if (start >= most) return;
  }
  if (schema === null) throw damaged(new Error("it holds no schema"));
  if (start === 0) throw new DescentError("file-empty", `${name} holds no rows.`, { file });
}

/** Types with cells that are numbers, texts or yes and no, by Arrow's numbers: a dictionary (-1), null, int, float, utf8, bool, decimal, large and viewed utf8. */
const plainTypes = new Set([-1, 1, 2, 3, 5, 6, 7, 20, 24]);
const nestedTypes = new Set([12, 13, 14, 16, 17, 21, 25, 26]);

function checkField(column: string, type: number, names: readonly string[], { file, name }: ByteSource): void {
  if (!names.includes(column) || plainTypes.has(type)) return;
  const [code, what] = nestedTypes.has(type) ? ["column-nested", "nested (a list, a structure or a map)"] : ["column-type", "of dates, times or bytes"];
  throw new DescentError(code, `${name}: column "${column}" is ${what}, which cannot be learned from. Leave it out of data.inputs, or turn it into columns of numbers or text.`, { file });
}

/** Each message with its body: a marker, the length of its description, the description, the body. A file is a stream between its magic and its footer. */
async function* messages(source: ByteSource, damaged: (error: unknown) => DescentError): AsyncGenerator<Message> {
  const head = await source.read(0, 8);
  if (head[0] === 0x46 && head[1] === 0x45) throw new DescentError("arrow-version", `${source.name} is a Feather file of version 1; write it again with pyarrow.feather.write_feather(..., version=2).`, { file: source.file });
  const isFile = isArrowFile(head);
  const cut = (at: number): DescentError => new DescentError("file-truncated", `${source.name} is cut off at byte ${source.size}, within a message that begins at ${at}.`, { file: source.file });
  if (isFile) {
    const end = await source.read(Math.max(0, source.size - 6), 6);
    if (source.size < 18 || !isArrowFile(end)) throw new DescentError("file-truncated", `${source.name} is cut off: an Arrow file ends with ARROW1.`, { file: source.file });
  }
  for (let at = isFile ? 8 : 0; at < source.size;) {
    const prefix = await source.read(at, 8);
    if (prefix.length < 8) throw cut(at);
    const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
    if (view.getUint32(0, true) !== 0xffffffff) throw damaged(new Error(`no message begins at byte ${at}`));
    const length = view.getInt32(4, true);
    if (length === 0) return;
    const description = await source.read(at + 8, Math.max(0, length));
    if (description.length < length || length < 16) throw cut(at);
    const { kind, bodyLength, rows, compressed } = describe(description, damaged);
    // a batch cannot hold more, however well it is compressed: a broken count is not to be believed with memory and time
    if (rows > mostRowsPerByte[compressed ? "compressed" : "plain"] * (length + bodyLength)) throw damaged(new Error(`a record batch of ${length + bodyLength} bytes says that it has ${rows} rows`));
    if (at + 8 + length + bodyLength > source.size) throw cut(at);
    // a copy: the library wants buffers aligned as they are in the file
    yield { kind, bytes: (await source.read(at, 8 + length + bodyLength)).slice() };
    at += 8 + length + bodyLength;
  }
}

/** What of a message's description is needed before its body is read. */
interface Description {
  readonly kind: number;
  readonly bodyLength: number;
  /** The greatest number of rows that a record batch, or a column of it, says to have; 0 for other messages. */
  readonly rows: number;
  readonly compressed: boolean;
}

/**
 * Reads a message's flatbuffer: a table of version (field 0), kind of header (1), header (2), length of the body (3). A record batch is a table
 * of rows (0), nodes (1), each with its rows, and compression (3); a dictionary one of id (0) and a record batch (1).
 */
function describe(flatbuffer: Uint8Array, damaged: (error: unknown) => DescentError): Description {
  const view = new DataView(flatbuffer.buffer, flatbuffer.byteOffset, flatbuffer.byteLength);
  /** Where a table's field is, or 0. */
  const field = (table: number, slot: number): number => {
    const fields = table - view.getInt32(table, true);
    const entry = 4 + 2 * slot;
    const offset = entry < view.getUint16(fields, true) ? view.getUint16(fields + entry, true) : 0;
    return offset === 0 ? 0 : table + offset;
  };
  const long = (at: number): number => (at === 0 ? 0 : view.getUint32(at, true) + 2 ** 32 * view.getUint32(at + 4, true));
  const follow = (at: number): number => at + view.getUint32(at, true);
  try {
    const message = follow(0);
    const kind = field(message, 1) === 0 ? 0 : view.getUint8(field(message, 1));
    const bodyLength = long(field(message, 3));
    if (kind !== dictionaryMessage && kind !== batchMessage) return { kind, bodyLength, rows: 0, compressed: false };
    const header = follow(field(message, 2));
    const batch = kind === batchMessage ? header : follow(field(header, 1));
    let rows = long(field(batch, 0));
    const nodes = field(batch, 1) === 0 ? 0 : follow(field(batch, 1));
    const count = nodes === 0 ? 0 : view.getUint32(nodes, true);
    for (let node = 0; node < count; node++) rows = Math.max(rows, long(nodes + 4 + 16 * node));
    return { kind, bodyLength, rows, compressed: field(batch, 3) !== 0 };
  } catch (error) {
    throw damaged(error);
  }
}
