import type { Value } from "../../engine/graph/types.js";
import { encodeModel } from "../../engine/onnx/encode.js";

/** The least model that there is, y = x x: whether it runs tells whether a device does. */
export function probeModel(): Uint8Array {
  const x: Value = { name: "x", type: "float32", shape: [1] };
  const y: Value = { name: "y", type: "float32", shape: [1] };
  return encodeModel({
    graph: {
      name: "probe",
      inputs: [x],
      outputs: [y],
      initializers: new Map(),
      nodes: [{ name: "square", op: "Mul", domain: "", inputs: ["x", "x"], outputs: ["y"], attributes: {} }],
      values: new Map([["x", x], ["y", y]]),
    },
    opsets: new Map([["", 17]]),
    irVersion: 8,
    metadata: new Map(),
  });
}
