/** What a file or folder of data seems to hold, from its first part: for the editor, which must not read all of it. */
import { stat } from "node:fs/promises";
import path from "node:path";
import { createInflateRaw } from "node:zlib";
import { DescentError } from "../common/errors.js";
import { detectFormat, type Format } from "../engine/data/formats/detect.js";
import { readArrowBlocks } from "../engine/data/formats/readArrow.js";
import { readJsonl } from "../engine/data/formats/readJsonl.js";
import { readNpyHeader } from "../engine/data/formats/readNpy.js";
import { arrayName } from "../engine/data/formats/readNpz.js";
import { openParquet } from "../engine/data/formats/readParquet.js";
import { readSafetensorsHeader, safetensorsHeaderBytes } from "../engine/data/formats/readSafetensors.js";
import { readZipDirectory, zipContentOffset } from "../engine/data/formats/zip.js";
import { looksLikeIdx } from "../engine/data/readIdx.js";
import { readCsv } from "../engine/data/readCsv.js";
import type { Table } from "../engine/data/table.js";
import { findImages } from "./images/findImages.js";
import { readHead } from "./readHead.js";
import { openFile, type OpenFile } from "./stream/fileSource.js";

/** An array of numbers by its name; of files with one array the name is empty. */
export interface ArrayLook {
  readonly name: string;
  readonly dims: readonly number[];
  /** As the format calls them: float32, uint8, text, ... */
  readonly element: string;
}

export type FileLook =
  /** `whole`: the table is all of the file; else `rows` says how many rows the file has, where that is known. */
  | { readonly kind: "table"; readonly format: Format; readonly table: Table; readonly whole: boolean; readonly rows: number | null }
  | { readonly kind: "arrays"; readonly format: Format; readonly arrays: readonly ArrayLook[] }
  | { readonly kind: "images"; readonly classes: readonly string[]; readonly count: number }
  | { readonly kind: "text"; readonly bytes: number };

/** Bytes of text that are looked at: some milliseconds of work. */
const headBytes = 128 * 1024;
/** Rows of tables in binary formats that are looked at, and values of them. */
const [headRows, headCells] = [2000, 2 ** 18];

/** @throws DescentError `file-missing`, `format-unknown`, `files-none`, and what reading a format's head throws */
export async function lookAtFile(file: string): Promise<FileLook> {
  const name = path.basename(file);
  if (await stat(file).then((entry) => entry.isDirectory(), () => false)) return lookAtFolder(file, name);
  const { bytes: head, whole } = await readHead(file, headBytes);
  const { size } = await stat(file);
  const bytes = new Uint8Array(head.buffer, head.byteOffset, head.length);
  if (/\.txt$/i.test(name) && !looksLikeTable(bytes)) return { kind: "text", bytes: size };
  const format = detectFormat({ file, name, bytes }, "auto", file.endsWith(".gz") ? bytes.length : size);
  const lines = bytes.subarray(0, whole ? bytes.length : bytes.lastIndexOf(0x0a) + 1);
  if (format === "csv") return { kind: "table", format, table: readCsv({ file, name, bytes: lines }, []), whole, rows: null };
  if (format === "jsonl") {
    const read = readJsonl({ file, name, bytes: lines });
    if (read.kind === "table") return { kind: "table", format, table: read, whole, rows: null };
    const arrays = read.names.map((key) => { const one = read.read(key); return { name: key, dims: one.kind === "tensor" ? one.dims : [one.rows], element: one.kind === "tensor" ? "numbers" : "a column" }; });
    return { kind: "arrays", format, arrays };
  }
  if (format === "idx") return { kind: "arrays", format, arrays: looksLikeIdx(bytes) ? [{ name: "", dims: idxDims(bytes), element: "uint8" }] : [] };
  if (format === "images") return { kind: "images", classes: [], count: 1 };
  const source = await openFile({ file, name });
  try {
    if (format === "parquet" || format === "arrow") return await lookAtBinaryTable(source, format);
    return { kind: "arrays", format, arrays: await arraysOf(source, format) };
  } finally {
    await source.close();
  }
}

async function lookAtFolder(file: string, name: string): Promise<FileLook> {
  const images = await findImages([file], path.dirname(file), "images");
  if (images === null || images.length === 0) throw new DescentError("files-none", `There are no JPEG or PNG images in ${name}.`, { file });
  return { kind: "images", classes: [...new Set(images.flatMap(({ label }) => (label === null ? [] : [label])))], count: images.length };
}

/** Whether the first line of a text splits into columns as the next ones do. */
function looksLikeTable(bytes: Uint8Array): boolean {
  const [first, ...rest] = new TextDecoder().decode(bytes.subarray(0, 8192)).split(/\r?\n/).slice(0, -1).filter((line) => line !== "");
  return [",", ";", "\t"].some((delimiter) => first?.includes(delimiter) === true && rest.length > 0 && rest.every((line) => line.split(delimiter).length === first.split(delimiter).length));
}

function idxDims(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes[3] }, (_, axis) => view.getUint32(4 + 4 * axis));
}

async function lookAtBinaryTable(source: OpenFile, format: "parquet" | "arrow"): Promise<FileLook> {
  const all = (names: readonly string[]): readonly string[] => names;
  if (format === "arrow") {
    for await (const table of readArrowBlocks(source, all, headRows)) return { kind: "table", format, table, whole: false, rows: null };
    throw new DescentError("file-empty", `${source.name} holds no rows.`, { file: source.file });
  }
  const { rows } = await openParquet(source, all);
  const part = await openParquet(source, all, headRows, headCells);
  for await (const table of part.blocks()) return { kind: "table", format, table, whole: table.rows === rows, rows };
  throw new DescentError("file-empty", `${source.name} holds no rows.`, { file: source.file });
}

async function arraysOf(source: OpenFile, format: Format): Promise<readonly ArrayLook[]> {
  const { file, name } = source;
  if (format === "safetensors") {
    const bytes = await source.read(0, safetensorsHeaderBytes(await source.read(0, 16), source.size, file, name));
    return Array.from(readSafetensorsHeader(bytes, source.size, file, name), ([key, { dims, type }]) => ({ name: key, dims, element: type }));
  }
  if (format === "npy") return [lookAtNpy(await source.read(0, 65_536), file, name, "")];
  const arrays: ArrayLook[] = [];
  for (const entry of await readZipDirectory(source.read, source.size, file, name)) {
    const key = arrayName(entry.name);
    if (key === null) continue;
    const stored = await source.read(await zipContentOffset(entry, source.read, source.size, file, name), Math.min(entry.compressedSize, 65_536));
    arrays.push(lookAtNpy(entry.method === 0 ? stored : await inflateHead(stored), file, `${name}, "${key}"`, key));
  }
  return arrays;
}

function lookAtNpy(bytes: Uint8Array, file: string, shown: string, name: string): ArrayLook {
  const { dims, element } = readNpyHeader(bytes, file, shown);
  return { name, dims, element: element.type };
}

/** What the first bytes of a deflated member inflate to; that they are cut is no error. */
async function inflateHead(bytes: Uint8Array): Promise<Uint8Array> {
  const inflate = createInflateRaw();
  inflate.on("error", () => undefined);
  inflate.write(bytes);
  for await (const chunk of inflate) return new Uint8Array(chunk as Buffer);
  return new Uint8Array(0);
}
