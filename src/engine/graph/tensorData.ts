/** Elements of tensors: making them, counting them, reading them as numbers. */
import type { ConstantTensor, DataType, TensorData } from "./types.js";

/** Types whose elements lie in a typed array. */
export type NumericType = Exclude<DataType, "string">;

type TypedArray = Exclude<TensorData, string[]>;

interface TypedArrayConstructor {
  new (length: number): TypedArray;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray;
  readonly BYTES_PER_ELEMENT: number;
}

/** float16 and bfloat16 as raw bits, bool as 0 and 1. */
export const typedArrays: Readonly<Record<NumericType, TypedArrayConstructor>> = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
};

/** Whether gradients flow through values of this type. */
export function isFloat(type: DataType): boolean {
  return type === "float32" || type === "float64" || type === "float16" || type === "bfloat16";
}

/** Number of elements of a tensor with these dimensions; 1 for a scalar. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** A tensor from plain numbers; `values.length` is the product of `dims`. float16 and bfloat16 are rounded to nearest. */
export function tensorOf(type: NumericType, dims: readonly number[], values: readonly number[]): ConstantTensor {
  const data = new typedArrays[type](values.length);
  const toElement = elementEncoder(type);
  for (let i = 0; i < values.length; i++) data[i] = toElement(values[i]);
  return { type, dims, data };
}

/** All elements as numbers; 64-bit integers beyond 2^53 lose their last bits. Strings give NaN. */
export function numbersOf(tensor: ConstantTensor): number[] {
  if (tensor.type === "float16") return Array.from(tensor.data as Uint16Array, float16ToNumber);
  if (tensor.type === "bfloat16") return Array.from(tensor.data as Uint16Array, bfloat16ToNumber);
  return Array.from(tensor.data as ArrayLike<number | bigint>, Number);
}

function elementEncoder(type: NumericType): (value: number) => never {
  const encode =
    type === "int64" || type === "uint64" ? (v: number) => BigInt(Math.trunc(v)) : type === "float16" ? numberToFloat16 : type === "bfloat16" ? numberToBfloat16 : (v: number) => v;
  return encode as (value: number) => never;
}

const scratch = new DataView(new ArrayBuffer(4));

/** The number that these 16 bits mean: IEEE 754 binary16. */
export function float16ToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The nearest IEEE 754 binary16, ties to even. */
export function numberToFloat16(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (magnitude >= 65520) return sign | 0x7c00;
  const exponent = Math.max(Math.floor(Math.log2(magnitude)), -14);
  const unit = 2 ** (exponent - 10);
  const steps = roundToEven(magnitude / unit);
  // a carry out of the fraction raises the exponent by itself, because the two fields are neighbours
  return sign | (steps + (exponent + 14) * 1024);
}

function roundToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

/** The number that these 16 bits mean: the upper half of a binary32. */
export function bfloat16ToNumber(bits: number): number {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
}

/** The nearest bfloat16, ties to even. */
export function numberToBfloat16(value: number): number {
  if (Number.isNaN(value)) return 0x7fc0;
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}
