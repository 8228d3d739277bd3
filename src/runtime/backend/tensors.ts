import type * as Ort from "onnxruntime-node";
import { DescentError } from "../../common/errors.js";
import type { ConstantTensor, DataType, TensorData } from "../../engine/graph/types.js";

/** Our types that the binding knows under the same name. */
const shared = new Set<DataType>([
  "float32", "float64", "float16", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool", "string",
]);

/** A tensor of the binding over the same memory: nothing is copied. */
export function toOrtTensor(ort: typeof Ort, tensor: ConstantTensor): Ort.Tensor {
  if (!shared.has(tensor.type)) throw new DescentError("type-unsupported", `ONNX Runtime takes no ${tensor.type} tensors from Node.js.`);
  // the constructor checks that type and array fit; its overloads cannot say that for a union
  return new ort.Tensor(tensor.type as "float32", tensor.data as Float32Array, tensor.dims as number[]);
}

/** The binding's tensor as ours, over the same memory. */
export function fromOrtTensor(tensor: Ort.Tensor): ConstantTensor {
  if (!shared.has(tensor.type as DataType)) throw new DescentError("type-unsupported", `ONNX Runtime gave a ${tensor.type} tensor, which we do not read.`);
  return { type: tensor.type as DataType, dims: tensor.dims, data: tensor.data as TensorData };
}
