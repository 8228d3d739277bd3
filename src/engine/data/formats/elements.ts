/** The element types of binary tensor formats (npy, safetensors), and how their bytes become numbers. */
import type { RawNumbers } from "../table.js";

/** An element as files have it. 64-bit integers become int32 where they all fit, else float64; half floats become float32. */
export type ElementType = "bool" | "uint8" | "int8" | "uint16" | "int16" | "uint32" | "int32" | "uint64" | "int64" | "float16" | "bfloat16" | "float32" | "float64";

export const elementBytes: Readonly<Record<ElementType, number>> = {
  bool: 1, uint8: 1, int8: 1, uint16: 2, int16: 2, uint32: 4, int32: 4, uint64: 8, int64: 8, float16: 2, bfloat16: 2, float32: 4, float64: 8,
};

/** The order of bytes of this machine. */
export const hostIsLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Elements from bytes, as many as these hold. Plain bytes are a view on them; everything else is a copy. */
export function decodeElements(bytes: Uint8Array, type: ElementType, littleEndian: boolean): RawNumbers {
  const size = elementBytes[type];
  const count = Math.floor(bytes.length / size);
  if (type === "uint8") return new Uint8Array(bytes.buffer, bytes.byteOffset, count);
  if (type === "bool") return Uint8Array.from(bytes, (byte) => (byte === 0 ? 0 : 1));
  const own = bytes.slice(0, count * size); // aligned, and free to turn round
  if (littleEndian !== hostIsLittle) reverseEach(own, size);
  const { buffer } = own;
  switch (type) {
    case "int8": return new Int8Array(buffer);
    case "uint16": return new Uint16Array(buffer);
    case "int16": return new Int16Array(buffer);
    case "uint32": return new Uint32Array(buffer);
    case "int32": return new Int32Array(buffer);
    case "float32": return new Float32Array(buffer);
    case "float64": return new Float64Array(buffer);
    case "uint64": return narrow(new BigUint64Array(buffer));
    case "int64": return narrow(new BigInt64Array(buffer));
    case "float16": return Float32Array.from(new Uint16Array(buffer), halfToNumber);
    case "bfloat16": return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (half) => half << 16).buffer);
  }
}

/** Whether elements are whole numbers by their type, not only by their values. */
export function isIntegerData(data: RawNumbers): boolean {
  return !(data instanceof Float32Array || data instanceof Float64Array);
}

function reverseEach(bytes: Uint8Array, size: number): void {
  for (let start = 0; start < bytes.length; start += size) bytes.subarray(start, start + size).reverse();
}

function narrow(values: BigInt64Array | BigUint64Array): Int32Array | Float64Array {
  const floats = new Float64Array(values.length);
  let fits = true;
  for (let i = 0; i < values.length; i++) {
    const value = Number(values[i]);
    floats[i] = value;
    if (value !== (value | 0)) fits = false;
  }
  return fits ? Int32Array.from(floats) : floats;
}

/** IEEE 754 binary16: sign, 5 bits of exponent, 10 of fraction. */
function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
