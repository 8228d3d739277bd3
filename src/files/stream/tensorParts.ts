/** Where the examples of files of tensors lie, without reading them: arrays of raw numbers are streamed from where they are. */
import { createReadStream } from "node:fs";
import { createGunzip, createInflateRaw } from "node:zlib";
import { DescentError } from "../../common/errors.js";
import { elementBytes, type ElementType } from "../../engine/data/formats/elements.js";
import { chooseTensors, sourceFromTensors, type NamedTensors, type SourcePart } from "../../engine/data/formats/namedTensors.js";
import { readNpy, readNpyHeader } from "../../engine/data/formats/readNpy.js";
import { arrayName } from "../../engine/data/formats/readNpz.js";
import { readSafetensorsHeader, safetensorsHeaderBytes } from "../../engine/data/formats/readSafetensors.js";
import { readZipDirectory, readZipEntry, zipContentOffset, type ZipEntry } from "../../engine/data/formats/zip.js";
import { decodeElements } from "../../engine/data/formats/elements.js";
import { looksLikeIdx, readIdx } from "../../engine/data/readIdx.js";
import type { RawSource, RawTensor, Table } from "../../engine/data/table.js";
import type { DataConfig } from "../../engine/training/config.js";
import { fileError } from "../readFile.js";
import type { FoundFile } from "../resolveFiles.js";
import { openFile, type OpenFile } from "./fileSource.js";
import type { Scratch } from "./scratchFile.js";

/** An array within a file. */
export interface TensorPart {
  readonly file: string;
  readonly name: string;
  readonly offset: number;
  readonly dims: readonly number[];
  readonly element: ElementType;
  readonly littleEndian: boolean;
}

/** The inputs of a file where they lie, one array or several by name, and its labels in memory. */
export interface LocatedFile {
  readonly inputs: readonly (TensorPart & { readonly key: string })[];
  readonly labels: RawSource["labels"];
}

export interface LocateOptions {
  readonly data: Pick<DataConfig, "inputs" | "target">;
  readonly part: SourcePart;
  readonly hasLabels: boolean;
  /** For arrays that must be decompressed before any of their rows can be read. */
  readonly scratch: Scratch;
}

/** Bytes that hold any header but those of safetensors, whose length is told. */
const headBytes = 65_536;

const idxElements: Readonly<Record<number, ElementType>> = { 8: "uint8", 9: "int8", 11: "int16", 12: "int32", 13: "float32", 14: "float64" };

/** Finds the arrays of a file. One-dimensional arrays of npy and IDX files are labels. @throws DescentError what reading the format throws, `stream-order`, `arrays-ambiguous` */
export async function locateTensors(found: FoundFile, format: "npy" | "npz" | "safetensors" | "idx", options: LocateOptions): Promise<LocatedFile> {
  const source = await openFile(await uncompressed(found, options.scratch));
  const shown = { ...source, name: found.name };
  try {
    if (format === "npz") return await inArchive(shown, options);
    if (format === "safetensors") return await inSafetensors(shown, options);
    const located = format === "npy" ? await npyAt(shown, 0, source.size, found.name) : await idxAt(shown);
    if (located.dims.length > 1 || options.hasLabels) return { inputs: [{ ...located, key: "x" }], labels: null };
    const bytes = await source.read(0, source.size);
    const whole = { file: found.file, name: found.name, bytes };
    const read = format === "npy" ? readNpy(whole) : readIdx(whole);
    return { inputs: [], labels: sourceFromTensors({ kind: "tensors", file: found.file, name: found.name, names: ["x", "label"], read: () => read }, { inputs: ["x"], target: ["label"] }, "train").labels };
  } finally {
    await source.close();
  }
}

/** The file itself, or, of one that is compressed, its content in the scratch folder. */
async function uncompressed(found: FoundFile, scratch: Scratch): Promise<FoundFile> {
  const source = await openFile(found);
  const head = await source.read(0, 2);
  await source.close();
  if (head[0] !== 0x1f || head[1] !== 0x8b) return found;
  const gunzip = createGunzip({ chunkSize: 1 << 20 });
  return { file: await inflateInto(scratch, createReadStream(found.file, { highWaterMark: 1 << 20 }), gunzip, source.size * 4, found), name: found.name };
}

async function inflateInto(scratch: Scratch, input: NodeJS.ReadableStream, inflate: NodeJS.ReadWriteStream, expected: number, { file, name }: FoundFile): Promise<string> {
  const target = await scratch.create(expected);
  try {
    input.on("error", (error) => inflate.emit("error", error));
    for await (const chunk of input.pipe(inflate)) await target.write(chunk as Buffer);
    return target.file;
  } catch (error) {
    throw fileError(error, file, name);
  } finally {
    await target.close();
  }
}

/** An array in .npy form between two places of a file. */
async function npyAt(source: OpenFile, start: number, length: number, name: string): Promise<TensorPart> {
  const header = readNpyHeader(await source.read(start, Math.min(headBytes, length)), source.file, name);
  if (header.element.type === "text") throw new DescentError("npy-type", `${name}: text cannot be streamed as inputs.`, { file: source.file });
  if (header.fortran && header.dims.length > 1) throw new DescentError("stream-order", `${name} is stored column by column (Fortran order) and is too large to be turned round in memory: save it with numpy.ascontiguousarray.`, { file: source.file });
  const bytes = header.dims.reduce((product, dim) => product * dim, header.elementBytes);
  if (length - header.offset < bytes) throw new DescentError("file-truncated", `${name}: cut off: its header says [${header.dims.join(", ")}], which takes ${bytes} bytes, and ${length - header.offset} follow.`, { file: source.file });
  return { file: source.file, name, offset: start + header.offset, dims: header.dims, element: header.element.type, littleEndian: header.littleEndian };
}

async function idxAt(source: OpenFile): Promise<TensorPart> {
  const head = await source.read(0, 4 + 4 * 8);
  if (!looksLikeIdx(head)) readIdx({ file: source.file, name: source.name, bytes: head }); // says what is wrong
  const view = new DataView(head.buffer);
  const dims = Array.from({ length: head[3] }, (_, axis) => view.getUint32(4 + 4 * axis));
  const [offset, element] = [4 + 4 * head[3], idxElements[head[2]]];
  const expected = dims.reduce((product, dim) => product * dim, elementBytes[element]) + offset;
  if (source.size !== expected) throw new DescentError(source.size < expected ? "file-truncated" : "file-too-long", `${source.name}: its header says [${dims.join(", ")}], which takes ${expected} bytes, and it has ${source.size}.`, { file: source.file });
  return { file: source.file, name: source.name, offset, dims, element, littleEndian: false };
}

async function inArchive(source: OpenFile, options: LocateOptions): Promise<LocatedFile> {
  const entries = new Map((await readZipDirectory(source.read, source.size, source.file, source.name)).flatMap((entry) => {
    const array = arrayName(entry.name);
    return array === null ? [] : [[array, entry] as const];
  }));
  const { inputs, labels } = await chosen(source, [...entries.keys()], options, async (key) => readNpy({ file: source.file, name: `${source.name}, "${key}"`, bytes: await readZipEntry(entries.get(key)!, source.read, source.size, source.file, source.name) }));
  const parts: LocatedFile["inputs"][number][] = [];
  for (const key of inputs) parts.push({ ...await memberPart(source, entries.get(key)!, `${source.name}, "${key}"`, options.scratch), key });
  return { inputs: sideBySide(parts, source.name), labels };
}

async function memberPart(source: OpenFile, entry: ZipEntry, name: string, scratch: Scratch): Promise<TensorPart> {
  const offset = await zipContentOffset(entry, source.read, source.size, source.file, source.name);
  if (entry.method === 0) return npyAt(source, offset, entry.size, name);
  const file = await inflateMember(source, entry, offset, scratch, name);
  const plain = await openFile({ file, name });
  try {
    return await npyAt(plain, 0, plain.size, name);
  } finally {
    await plain.close();
  }
}

/** Several arrays stand beside each other as columns: all of one or two axes and as many examples. */
function sideBySide(parts: LocatedFile["inputs"], name: string): LocatedFile["inputs"] {
  if (parts.length < 2) return parts;
  const odd = parts.find(({ dims }) => dims.length > 2 || dims[0] !== parts[0].dims[0]);
  if (odd !== undefined) throw new DescentError("arrays-ambiguous", `${name} has several arrays as inputs (${parts.map(({ key }) => key).join(", ")}), and "${odd.key}" of shape [${odd.dims.join(", ")}] cannot stand beside "${parts[0].key}" of shape [${parts[0].dims.join(", ")}] as columns: say which array is meant in data.inputs.`, { path: "data.inputs", file: odd.file });
  return parts;
}

function inflateMember(source: OpenFile, entry: ZipEntry, offset: number, scratch: Scratch, name: string): Promise<string> {
  const input = createReadStream(source.file, { start: offset, end: offset + entry.compressedSize - 1, highWaterMark: 1 << 20 });
  return inflateInto(scratch, input, createInflateRaw({ chunkSize: 1 << 20 }), entry.size, { file: source.file, name });
}

async function inSafetensors(source: OpenFile, options: LocateOptions): Promise<LocatedFile> {
  const bytes = await source.read(0, safetensorsHeaderBytes(await source.read(0, 16), source.size, source.file, source.name));
  const entries = readSafetensorsHeader(bytes, source.size, source.file, source.name);
  const { inputs, labels } = await chosen(source, [...entries.keys()], options, async (key) => {
    const { type, dims, offset, length } = entries.get(key)!;
    return { kind: "tensor", dims, data: decodeElements(await source.read(offset, length), type, true), origin: { describe: (row) => ({ text: `${source.name}, "${key}", example ${row}`, location: { file: source.file } }) } };
  });
  const parts = inputs.map((key) => {
    const { type, dims, offset } = entries.get(key)!;
    return { key, file: source.file, name: `${source.name}, "${key}"`, offset, dims, element: type, littleEndian: true };
  });
  return { inputs: sideBySide(parts, source.name), labels };
}

/** The arrays of inputs by name, and the targets in memory. */
async function chosen(source: OpenFile, names: readonly string[], { data, part, hasLabels }: LocateOptions, read: (key: string) => Promise<RawTensor | Table>): Promise<{ readonly inputs: readonly string[]; readonly labels: RawSource["labels"] }> {
  const { inputs, targets } = chooseTensors({ names, name: source.name, file: source.file }, hasLabels ? { ...data, target: [] } : data, part);
  if (targets.length === 0) return { inputs, labels: null };
  const contents = new Map<string, RawTensor | Table>();
  for (const key of targets) contents.set(key, await read(key));
  const tensors: NamedTensors = { kind: "tensors", file: source.file, name: source.name, names: [...targets, inputs[0]], read: (key) => contents.get(key) ?? contents.get(targets[0])! };
  return { inputs, labels: sourceFromTensors(tensors, { inputs: [inputs[0]], target: targets }, part).labels };
}
