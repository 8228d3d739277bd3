import { defineOperator } from "./defineOperator.js";
import { dataTypeByNumber } from "./shapeRules.js";

/** Y = weights by which the bins of a spectrum become mel bands. ONNX MelWeightMatrix-17. */
export const MelWeightMatrix = defineOperator("MelWeightMatrix", {
  inputs: ["bands", "length", "rate", "lowest", "highest"],
  shape: ({ bands, int }) => [{ type: dataTypeByNumber(int("output_datatype", 1)), shape: [null, bands.elements?.[0] ?? null] }],
  gradient: "zero", // edges are rounded to bins
});
