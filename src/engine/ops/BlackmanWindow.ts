import { defineOperator } from "./defineOperator.js";
import { dataTypeByNumber } from "./shapeRules.js";

/** Y = the Blackman window of a length. ONNX BlackmanWindow-17. */
export const BlackmanWindow = defineOperator("BlackmanWindow", {
  inputs: ["size"],
  shape: ({ size, int }) => [{ type: dataTypeByNumber(int("output_datatype", 1)), shape: [size.elements?.[0] ?? null] }],
  gradient: "zero",
});
