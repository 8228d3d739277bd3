/** NumPy's array file, .npy: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. */
import { DescentError } from "../../../common/errors.js";
import type { NamedBytes, Origin, RawTensor, Table } from "../table.js";
import { decodeElements, elementBytes, type ElementType } from "./elements.js";
import { elementsIn } from "./header.js";

/** What the header says: where the elements are, of what type and in which order. */
export interface NpyHeader {
  readonly dims: readonly number[];
  /** `text`: fixed-width strings, UTF-32 (`U`) or bytes (`S`). */
  readonly element: { readonly type: ElementType } | { readonly type: "text"; readonly kind: "U" | "S" };
  readonly elementBytes: number;
  readonly littleEndian: boolean;
  /** Column-major, the first axis fastest. */
  readonly fortran: boolean;
  /** Bytes before the first element. */
  readonly offset: number;
}

/** "\x93NUMPY". */
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

const types: Readonly<Record<string, ElementType>> = {
  b1: "bool", u1: "uint8", i1: "int8", u2: "uint16", i2: "int16", u4: "uint32", i4: "int32", u8: "uint64", i8: "int64", f2: "float16", f4: "float32", f8: "float64",
};

export function looksLikeNpy(bytes: Uint8Array): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

/**
 * Reads the header from a file's first bytes, of which 64 kB are enough. `name` is what messages call the array.
 * @throws DescentError `npy-header`, `npy-type`, `file-truncated`
 */
export function readNpyHeader(bytes: Uint8Array, file: string, name: string): NpyHeader {
  const fail = (code: string, message: string): DescentError => new DescentError(code, `${name}: ${message}`, { file });
  if (!looksLikeNpy(bytes)) throw fail("npy-header", "not a .npy file: it does not begin with \\x93NUMPY.");
  if (bytes.length < 12) throw fail("file-truncated", `cut off within its header, after ${bytes.length} bytes.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [start, length] = bytes[6] === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  if (bytes[6] < 1 || bytes[6] > 3) throw fail("npy-header", `version ${bytes[6]}.${bytes[7]} of the format is not known; 1 to 3 are.`);
  if (start + length > bytes.length) throw fail("file-truncated", `cut off within its header: ${bytes.length} of ${start + length} bytes.`);
  const text = new TextDecoder().decode(bytes.subarray(start, start + length));
  const descr = /'descr'\s*:\s*('([^']*)'|\[|\()/.exec(text);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text);
  const shape = /'shape'\s*:\s*\(([\d\sL,]*)\)/.exec(text);
  if (descr === null || order === null || shape === null) throw fail("npy-header", `its header cannot be read: ${JSON.stringify(text.slice(0, 80))}.`);
  if (descr[2] === undefined) throw fail("npy-type", "its elements are records with fields; save each field as an array of its own.");
  const found = /^([<>|=]?)([a-zA-Z])(\d*)$/.exec(descr[2]);
  const code = found === null ? "" : `${found[2]}${found[3]}`;
  const dims = (shape[1].match(/\d+/g) ?? []).map(Number);
  const common = { dims, littleEndian: found?.[1] !== ">", fortran: order[1] === "True", offset: start + length };
  if (found !== null && (found[2] === "U" || found[2] === "S") && Number(found[3]) > 0) {
    return { ...common, element: { type: "text", kind: found[2] }, elementBytes: Number(found[3]) * (found[2] === "U" ? 4 : 1) };
  }
  if (descr[2].endsWith("O")) throw fail("npy-type", "its elements are Python objects (dtype=object), which are pickled. Save it as numbers or as text (astype(str)).");
  if (!Object.hasOwn(types, code)) throw fail("npy-type", `elements of type ${descr[2]} cannot be read; numbers and text can.`);
  return { ...common, element: { type: types[code] }, elementBytes: elementBytes[types[code]] };
}

/**
 * Reads an array: numbers as a tensor, text (one axis) as a table with one column. A single number counts as one example.
 * @throws DescentError what `readNpyHeader` throws, `file-truncated`, `file-too-long`, `file-empty`, `npy-type`
 */
export function readNpy({ file, name, bytes }: NamedBytes): RawTensor | Table {
  const header = readNpyHeader(bytes, file, name);
  const fail = (code: string, message: string): DescentError => new DescentError(code, `${name}: ${message}`, { file });
  const dims = header.dims.length === 0 ? [1] : header.dims;
  const origin: Origin = { describe: (row) => ({ text: `${name}, example ${row}`, location: { file } }) };
  const elements = elementsIn(dims, header.elementBytes, bytes.length - header.offset, fail);
  const content = bytes.subarray(header.offset, header.offset + elements * header.elementBytes);
  if (header.element.type === "text") return textColumn(content, header, dims, origin, fail);
  const data = decodeElements(content, header.element.type, header.littleEndian);
  return { kind: "tensor", dims, data: header.fortran ? rowMajor(data, dims) : data, origin };
}

/** Fixed-width text, padded with zeros, as one column called `label`. */
function textColumn(bytes: Uint8Array, header: NpyHeader, dims: readonly number[], origin: Origin, fail: (code: string, message: string) => DescentError): Table {
  if (dims.slice(1).some((dim) => dim !== 1)) throw fail("npy-type", `text of shape [${dims.join(", ")}] cannot be read; one text an example can.`);
  const kind = header.element.type === "text" ? header.element.kind : "S";
  const size = header.elementBytes;
  const texts = Array.from({ length: dims[0] }, (_, row) => decodeText(bytes.subarray(row * size, (row + 1) * size), kind, header.littleEndian));
  return { kind: "table", rows: dims[0], origin, columns: [{ name: "label", numbers: new Float64Array(dims[0]).fill(Number.NaN), texts: texts.map((text) => (text === "" ? undefined : text)) }] };
}

function decodeText(bytes: Uint8Array, kind: "U" | "S", littleEndian: boolean): string {
  if (kind === "S") return new TextDecoder().decode(bytes).replace(/\0+$/, "");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = "";
  for (let at = 0; at < bytes.length; at += 4) {
    const point = view.getUint32(at, littleEndian);
    if (point !== 0) text += String.fromCodePoint(Math.min(point, 0x10ffff));
  }
  return text;
}

/** Elements with the last axis fastest, from elements with the first axis fastest. */
function rowMajor(data: RawTensor["data"], dims: readonly number[]): RawTensor["data"] {
  const moved = data.slice();
  const index = dims.map(() => 0);
  const strides = dims.map((_, axis) => dims.slice(0, axis).reduce((product, dim) => product * dim, 1));
  let from = 0;
  for (let to = 0; to < data.length; to++) {
    moved[to] = data[from];
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      index[axis]++;
      from += strides[axis];
      if (index[axis] < dims[axis]) break;
      from -= strides[axis] * dims[axis];
      index[axis] = 0;
    }
  }
  return moved;
}
