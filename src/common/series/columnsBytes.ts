import { DescentError } from "../errors.js";
import type { Columns } from "./columns.js";

const magic = 0x31_53_43_44; // "DCS1", little-endian

/** Columns as bytes: magic, flags of axis and exactness, length, then x (of a time axis), steps, last, min and max (unless exact), flags. */
export function columnsToBytes(columns: Columns): Uint8Array<ArrayBuffer> {
  const { axis, exact, x, steps, last, min, max, flags } = columns;
  const arrays = [...(axis === "time" ? [x] : []), steps, last, ...(exact ? [] : [min, max])];
  const bytes = new Uint8Array(16 + arrays.length * 8 * steps.length + flags.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  view.setUint32(4, (axis === "time" ? 1 : 0) + (exact ? 2 : 0), true);
  view.setUint32(8, steps.length, true);
  let at = 16;
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += array.byteLength;
  }
  bytes.set(flags, at);
  return bytes;
}

/** The inverse of `columnsToBytes`. Throws `series-unreadable` where the bytes are no columns, or cut. */
export function columnsFromBytes(bytes: Uint8Array): Columns {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 16 || view.getUint32(0, true) !== magic) throw new DescentError("series-unreadable", "The bytes hold no columns of a curve: they do not begin as such.");
  const kind = view.getUint32(4, true);
  const length = view.getUint32(8, true);
  const axis = (kind & 1) !== 0 ? "time" : "step";
  const exact = (kind & 2) !== 0;
  const count = (axis === "time" ? 1 : 0) + 2 + (exact ? 0 : 2);
  if (bytes.length !== 16 + count * 8 * length + length) throw new DescentError("series-unreadable", "The bytes hold no columns of a curve: their length is wrong.");
  let at = 16;
  const take = () => {
    const array = new Float64Array(bytes.slice(at, at + 8 * length).buffer);
    at += 8 * length;
    return array;
  };
  const own = axis === "time" ? take() : null;
  const steps = take();
  const last = take();
  const min = exact ? last : take();
  const max = exact ? last : take();
  return { axis, exact, x: own ?? steps, steps, last, min, max, flags: bytes.slice(at) };
}
