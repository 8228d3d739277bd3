import { defineOperator } from "./defineOperator.js";
import { dataTypeByNumber } from "./shapeRules.js";

/** Y = the Hamming window of a length. ONNX HammingWindow-17. */
export const HammingWindow = defineOperator("HammingWindow", {
  inputs: ["size"],
  shape: ({ size, int }) => [{ type: dataTypeByNumber(int("output_datatype", 1)), shape: [size.elements?.[0] ?? null] }],
  gradient: "zero",
});
