/** The IDX format of the MNIST files: http://yann.lecun.com/exdb/mnist. */
import { DescentError } from "../../common/errors.js";
import type { NamedBytes, RawNumbers, RawTensor } from "./table.js";

/** Third byte of the magic number: the type of the elements, all big-endian. */
const elementTypes: Readonly<Record<number, { readonly bytes: number; readonly make: (n: number) => RawNumbers; readonly get: (view: DataView, at: number) => number }>> = {
  0x08: { bytes: 1, make: (n) => new Uint8Array(n), get: (view, at) => view.getUint8(at) },
  0x09: { bytes: 1, make: (n) => new Int8Array(n), get: (view, at) => view.getInt8(at) },
  0x0b: { bytes: 2, make: (n) => new Int16Array(n), get: (view, at) => view.getInt16(at) },
  0x0c: { bytes: 4, make: (n) => new Int32Array(n), get: (view, at) => view.getInt32(at) },
  0x0d: { bytes: 4, make: (n) => new Float32Array(n), get: (view, at) => view.getFloat32(at) },
  0x0e: { bytes: 8, make: (n) => new Float64Array(n), get: (view, at) => view.getFloat64(at) },
};

/** Whether bytes begin like an IDX file: two zeros, a known element type, one to eight axes. */
export function looksLikeIdx(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && bytes[0] === 0 && bytes[1] === 0 && bytes[2] in elementTypes && bytes[3] >= 1 && bytes[3] <= 8;
}

/**
 * Reads an IDX file. Bytes are a view on the file, not a copy.
 * @throws DescentError `idx-magic`, `file-truncated`, `file-too-long`, `file-empty` (no examples)
 */
export function readIdx({ file, name, bytes }: NamedBytes): RawTensor {
  const fail = (code: string, message: string) => new DescentError(code, `${name}: ${message}`, { file });
  if (bytes.length < 4) throw fail("file-truncated", `an IDX file begins with four bytes, this one has ${bytes.length}.`);
  const magic = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const element = elementTypes[bytes[2]];
  const rank = bytes[3];
  if (bytes[0] !== 0 || bytes[1] !== 0 || element === undefined || rank < 1 || rank > 8) {
    throw fail("idx-magic", `not an IDX file: it begins with ${magic}, expected 00 00, an element type (08, 09, 0b to 0e) and the number of axes.`);
  }
  const header = 4 + 4 * rank;
  if (bytes.length < header) throw fail("file-truncated", `cut off within its header: ${bytes.length} of ${header} bytes.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dims = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const elements = dims.reduce((product, dim) => product * dim, 1);
  const expected = header + elements * element.bytes;
  if (bytes.length < expected) throw fail("file-truncated", `cut off: its header says [${dims.join(", ")}], which takes ${expected} bytes, and it has ${bytes.length}.`);
  if (bytes.length > expected) throw fail("file-too-long", `its header says [${dims.join(", ")}], which takes ${expected} bytes, but it has ${bytes.length}.`);
  if (elements === 0) throw fail("file-empty", `it holds no examples: [${dims.join(", ")}].`);
  let data: RawNumbers;
  if (bytes[2] === 0x08) data = new Uint8Array(bytes.buffer, bytes.byteOffset + header, elements); // a plain one, also of a Buffer
  else {
    data = element.make(elements);
    for (let i = 0; i < elements; i++) data[i] = element.get(view, header + i * element.bytes);
  }
  return { kind: "tensor", dims, data, origin: { describe: (row) => ({ text: `${name}, example ${row}`, location: { file } }) } };
}
