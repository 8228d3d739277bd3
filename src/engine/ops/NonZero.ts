import { defineOperator } from "./defineOperator.js";

/** Y = the places of elements that are not zero. ONNX NonZero-13. */
export const NonZero = defineOperator("NonZero", {
  inputs: ["X"],
  shape: ({ X }) => [{ type: "int64", shape: [X.shape?.length ?? null, null] }],
  gradient: "zero",
});
