/** Our names of element types against ONNX's numbers. */
import { DescentError } from "../../common/errors.js";
import type { DataType } from "../graph/types.js";
import { TensorProto_DataType as Proto } from "./generated/onnx_pb.js";

const numbers: Readonly<Record<DataType, Proto>> = {
  float32: Proto.FLOAT,
  float64: Proto.DOUBLE,
  float16: Proto.FLOAT16,
  bfloat16: Proto.BFLOAT16,
  int8: Proto.INT8,
  int16: Proto.INT16,
  int32: Proto.INT32,
  int64: Proto.INT64,
  uint8: Proto.UINT8,
  uint16: Proto.UINT16,
  uint32: Proto.UINT32,
  uint64: Proto.UINT64,
  bool: Proto.BOOL,
  string: Proto.STRING,
};

const names = new Map(Object.entries(numbers).map(([name, number]) => [number as number, name as DataType]));

/** ONNX's number of this type. */
export function dataTypeNumber(type: DataType): number {
  return numbers[type];
}

/** The type with this number; throws `onnx-unsupported` for those we do not handle (complex, 8-bit and 4-bit floats), naming the value. */
export function dataTypeOf(number: number, valueName: string): DataType {
  const type = names.get(number);
  if (type === undefined) throw new DescentError("onnx-unsupported", `The value ${valueName} has the element type ${Proto[number] ?? number}, which is not supported.`);
  return type;
}

/** The type with this number, or null for those we do not handle. */
export function knownDataType(number: number): DataType | null {
  return names.get(number) ?? null;
}
