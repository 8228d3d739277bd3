import { DescentError } from "../errors.js";
import { chunkLength, NumberColumn, type PackedChunk } from "./numberColumn.js";
import { Series } from "./series.js";

const magic = 0x31_53_53_44; // "DSS1", little-endian
const kinds = ["even", "single", "whole", "double"] as const;

/**
 * A series as bytes, exactly: steps, times and values each as `[packed chunks u32, rest u32]`, then for every chunk its kind, start and stride
 * (three doubles) and its numbers, then the rest as doubles. Pyramids and facts are computed again when it is read: that takes less than reading
 * them would. All little-endian, on every machine that runs Node.
 */
export function seriesToBytes(series: Series): Uint8Array<ArrayBuffer> {
  const columns = [series.steps, series.times, series.values].map((column) => column.parts());
  let length = 8;
  for (const { packed, rest } of columns) {
    length += 8 + rest.byteLength;
    for (const { data } of packed) length += 24 + (data?.byteLength ?? 0);
  }
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  let at = 8;
  const copy = (array: Float32Array | Uint32Array | Float64Array) => {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += array.byteLength;
  };
  for (const { packed, rest } of columns) {
    view.setUint32(at, packed.length, true);
    view.setUint32(at + 4, rest.length, true);
    at += 8;
    for (const chunk of packed) {
      view.setFloat64(at, kinds.indexOf(kindOf(chunk)), true);
      view.setFloat64(at + 8, chunk.start, true);
      view.setFloat64(at + 16, chunk.stride, true);
      at += 24;
      if (chunk.data) copy(chunk.data);
    }
    copy(rest);
  }
  return bytes;
}

/** The inverse of `seriesToBytes`; the bytes may lie anywhere in a larger buffer. Throws `series-unreadable` where they are none, or cut. */
export function seriesFromBytes(bytes: Uint8Array): Series {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 8;
  const take = (length: number): ArrayBuffer => {
    if (at + length > bytes.length) throw unreadable("they end too early");
    const buffer = new ArrayBuffer(length);
    new Uint8Array(buffer).set(bytes.subarray(at, at + length));
    at += length;
    return buffer;
  };
  if (bytes.length < 8 || view.getUint32(0, true) !== magic) throw unreadable("they do not begin as such");
  const columns = Array.from({ length: 3 }, () => {
    const [chunks, rest] = new Uint32Array(take(8));
    const packed: PackedChunk[] = [];
    for (let i = 0; i < chunks; i++) {
      const [kind, start, stride] = new Float64Array(take(24));
      const name = kinds[kind];
      if (name === undefined) throw unreadable("a chunk is of no known kind");
      packed.push({ start, stride, data: name === "even" ? null : name === "single" ? new Float32Array(take(4 * chunkLength)) : name === "whole" ? new Uint32Array(take(4 * chunkLength)) : new Float64Array(take(8 * chunkLength)) });
    }
    return NumberColumn.of(packed, new Float64Array(take(8 * rest)));
  });
  const [steps, times, values] = columns;
  if (steps.length !== values.length || times.length !== values.length) throw unreadable("steps and values differ in number");
  return new Series(steps, times, values);
}

function kindOf({ data }: PackedChunk): (typeof kinds)[number] {
  return data === null ? "even" : data instanceof Float32Array ? "single" : data instanceof Uint32Array ? "whole" : "double";
}

function unreadable(why: string): DescentError {
  return new DescentError("series-unreadable", `The bytes hold no series: ${why}.`);
}
