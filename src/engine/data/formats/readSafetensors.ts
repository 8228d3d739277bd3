/** The safetensors format: the header's length, a header in JSON, the elements: https://github.com/huggingface/safetensors#format. */
import { DescentError } from "../../../common/errors.js";
import type { NamedBytes } from "../table.js";
import { decodeElements, elementBytes, type ElementType } from "./elements.js";
import { elementsIn } from "./header.js";
import type { NamedTensors } from "./namedTensors.js";

/** An array within the file; `offset` counts from the file's first byte. */
export interface SafetensorsEntry {
  readonly type: ElementType;
  readonly dims: readonly number[];
  readonly offset: number;
  readonly length: number;
}

const types: Readonly<Record<string, ElementType>> = {
  BOOL: "bool", U8: "uint8", I8: "int8", U16: "uint16", I16: "int16", U32: "uint32", I32: "int32", U64: "uint64", I64: "int64", F16: "float16", BF16: "bfloat16", F32: "float32", F64: "float64",
};

/** The format's own limit of a header, 100 MB. */
const mostHeader = 100_000_000;

/** Length of the header that a file of `size` bytes begins with; null where it cannot be one. `head`: at least nine bytes. */
function headerLength(head: Uint8Array, size: number): number | null {
  if (head.length < 9) return null;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const length = view.getUint32(0, true);
  return view.getUint32(4, true) === 0 && length >= 2 && length <= mostHeader && head[8] === 0x7b && length + 8 <= size ? length : null;
}

/** Whether a file begins like safetensors: a length that fits, then `{"`. */
export function looksLikeSafetensors(head: Uint8Array, size: number): boolean {
  return headerLength(head, size) !== null && (head[9] === 0x22 || head[9] === 0x7d || head[9] === 0x20);
}

/** Bytes that hold the whole header. @throws DescentError `safetensors-header` */
export function safetensorsHeaderBytes(head: Uint8Array, size: number, file: string, name: string): number {
  const length = headerLength(head, size);
  if (length === null) throw new DescentError(size < 10 ? "file-truncated" : "safetensors-header", `${name}: not a safetensors file, or cut off within its header.`, { file });
  return length + 8;
}

/** The arrays that the header names. @throws DescentError `safetensors-header`, `safetensors-type`, `file-truncated` */
export function readSafetensorsHeader(bytes: Uint8Array, size: number, file: string, name: string): ReadonlyMap<string, SafetensorsEntry> {
  const start = safetensorsHeaderBytes(bytes, size, file, name);
  const broken = (how: string): DescentError => new DescentError("safetensors-header", `${name}: its header cannot be read: ${how}.`, { file });
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, start)));
  } catch (error) {
    throw broken(error instanceof Error ? error.message : "no JSON");
  }
  if (typeof header !== "object" || header === null) throw broken("it is no object");
  const entries = new Map<string, SafetensorsEntry>();
  for (const [key, value] of Object.entries(header as Record<string, unknown>)) {
    if (key === "__metadata__") continue;
    const { dtype, shape, data_offsets: offsets } = (value ?? {}) as { dtype?: unknown; shape?: unknown; data_offsets?: unknown };
    if (typeof dtype !== "string" || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2 || offsets[1] < offsets[0]) throw broken(`"${key}" has no dtype, shape and data_offsets`);
    if (!Object.hasOwn(types, dtype)) throw new DescentError("safetensors-type", `${name}: "${key}" has elements of type ${dtype}, which cannot be read.`, { file });
    if (start + offsets[1] > size) throw new DescentError("file-truncated", `${name}: cut off: "${key}" ends at byte ${start + offsets[1]}, and the file has ${size}.`, { file });
    entries.set(key, { type: types[dtype], dims: shape, offset: start + offsets[0], length: offsets[1] - offsets[0] });
  }
  if (entries.size === 0) throw new DescentError("file-empty", `${name}: it holds no arrays.`, { file });
  return entries;
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((entry) => Number.isSafeInteger(entry) && (entry as number) >= 0);
}

/** Reads a file; arrays are decoded when they are asked for. @throws DescentError what `readSafetensorsHeader` throws */
export function readSafetensors({ file, name, bytes }: NamedBytes): NamedTensors {
  const entries = readSafetensorsHeader(bytes, bytes.length, file, name);
  return {
    kind: "tensors", file, name,
    names: [...entries.keys()],
    read(key) {
      const { type, dims: shape, offset, length } = entries.get(key)!;
      const fail = (code: string, message: string): DescentError => new DescentError(code, `${name}, "${key}": ${message}`, { file });
      const dims = shape.length === 0 ? [1] : shape;
      elementsIn(dims, elementBytes[type], length, fail);
      return {
        kind: "tensor", dims,
        data: decodeElements(bytes.subarray(offset, offset + length), type, true),
        origin: { describe: (row) => ({ text: `${name}, "${key}", example ${row}`, location: { file } }) },
      };
    },
  };
}
