import { fromBinary } from "@bufbuild/protobuf";
import { DataType, TensorProtoSchema, type TensorProto } from "../generated/event_pb.js";

/** What TensorFlow 2 writes for a scalar: DT_FLOAT, a shape without dimensions, `float_val`: `08 01 12 00 2a 04 ....`, or `2d ....` unpacked. */
const usual = [0x08, 0x01, 0x12, 0x00] as const;

/** The number in an encoded TensorProto with one element; null where it has more, or is none. */
export function scalarOfTensor(bytes: Uint8Array): number | null {
  if (usual.every((byte, i) => bytes[i] === byte)) {
    const packed = bytes.length === 10 && bytes[4] === 0x2a && bytes[5] === 4;
    if (packed || (bytes.length === 9 && bytes[4] === 0x2d)) return new DataView(bytes.buffer, bytes.byteOffset).getFloat32(packed ? 6 : 5, true);
  }
  try {
    const tensor = fromBinary(TensorProtoSchema, bytes);
    if ((tensor.tensorShape?.dim ?? []).some((dim) => dim.size !== 1n)) return null;
    const values = tensorNumbers(tensor);
    return values?.length === 1 ? values[0] : null;
  } catch {
    return null;
  }
}

/** The elements of a tensor of numbers in row-major order, as doubles; null for strings and types that hold no plain numbers. */
export function tensorNumbers({ dtype, tensorContent, floatVal, doubleVal, intVal, int64Val, halfVal, boolVal }: TensorProto): Float64Array | null {
  const content = new DataView(tensorContent.buffer, tensorContent.byteOffset, tensorContent.byteLength);
  const read = (size: number, get: (at: number) => number): Float64Array => Float64Array.from({ length: Math.floor(content.byteLength / size) }, (_, i) => get(i * size));
  const raw = content.byteLength > 0;
  switch (dtype) {
    case DataType.DT_FLOAT: return raw ? read(4, (at) => content.getFloat32(at, true)) : Float64Array.from(floatVal);
    case DataType.DT_DOUBLE: return raw ? read(8, (at) => content.getFloat64(at, true)) : Float64Array.from(doubleVal);
    case DataType.DT_INT64: return raw ? read(8, (at) => Number(content.getBigInt64(at, true))) : Float64Array.from(int64Val, Number);
    case DataType.DT_INT32: return raw ? read(4, (at) => content.getInt32(at, true)) : Float64Array.from(intVal);
    case DataType.DT_INT16: return raw ? read(2, (at) => content.getInt16(at, true)) : Float64Array.from(intVal);
    case DataType.DT_UINT8: return raw ? read(1, (at) => content.getUint8(at)) : Float64Array.from(intVal);
    case DataType.DT_INT8: return raw ? read(1, (at) => content.getInt8(at)) : Float64Array.from(intVal);
    case DataType.DT_BOOL: return raw ? read(1, (at) => content.getUint8(at)) : Float64Array.from(boolVal, Number);
    case DataType.DT_HALF: return raw ? read(2, (at) => half(content.getUint16(at, true))) : Float64Array.from(halfVal, half);
    case DataType.DT_BFLOAT16: return raw ? read(2, (at) => bfloat(content.getUint16(at, true))) : Float64Array.from(halfVal, bfloat);
    default: return null;
  }
}

/** IEEE 754 binary16. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** The upper half of a binary32. */
function bfloat(bits: number): number {
  word.setUint32(0, bits << 16);
  return word.getFloat32(0);
}
const word = new DataView(new ArrayBuffer(4));
