import { DescentError } from "../../common/errors.js";
import { tensorOf } from "../graph/tensorData.js";
import type { ConstantTensor } from "../graph/types.js";
import { type Call, defineOperator } from "./defineOperator.js";

/** Y = a constant held in the node. ONNX Constant-21. */
export const Constant = defineOperator("Constant", {
  inputs: [],
  shape: (call) => {
    const value = constantOf(call);
    return [{ type: value.type, shape: value.dims, constant: value }];
  },
  gradient: "zero",
});

function constantOf({ attribute, node }: Call): ConstantTensor {
  const tensor = attribute("value", "tensor");
  if (tensor !== undefined) return tensor;
  const int = attribute("value_int", "int");
  if (int !== undefined) return tensorOf("int64", [], [int]);
  const ints = attribute("value_ints", "ints");
  if (ints !== undefined) return tensorOf("int64", [ints.length], ints);
  const number = attribute("value_float", "float");
  if (number !== undefined) return tensorOf("float32", [], [number]);
  const floats = attribute("value_floats", "floats");
  if (floats !== undefined) return tensorOf("float32", [floats.length], floats);
  const strings = attribute("value_strings", "strings") ?? attribute("value_string", "string");
  if (strings !== undefined) return { type: "string", dims: typeof strings === "string" ? [] : [strings.length], data: typeof strings === "string" ? [strings] : [...strings] };
  throw new DescentError("onnx-unsupported", `The constant ${node.name} has no value that is supported.`);
}
