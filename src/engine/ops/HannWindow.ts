import { defineOperator } from "./defineOperator.js";
import { dataTypeByNumber } from "./shapeRules.js";

/** Y = the Hann window of a length. ONNX HannWindow-17. */
export const HannWindow = defineOperator("HannWindow", {
  inputs: ["size"],
  shape: ({ size, int }) => [{ type: dataTypeByNumber(int("output_datatype", 1)), shape: [size.elements?.[0] ?? null] }],
  gradient: "zero",
});
