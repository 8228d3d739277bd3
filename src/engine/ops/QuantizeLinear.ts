import { defineOperator } from "./defineOperator.js";

/** Y = X / scale rounded, plus the zero point. ONNX QuantizeLinear-21. */
export const QuantizeLinear = defineOperator("QuantizeLinear", {
  inputs: ["X", "scale", "zero?"],
  shape: ({ X, zero }) => [{ type: zero?.type ?? "uint8", shape: X.shape }],
  gradient: "zero",
});
