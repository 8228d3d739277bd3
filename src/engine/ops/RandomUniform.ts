import { defineOperator } from "./defineOperator.js";
import { dataTypeByNumber } from "./shapeRules.js";

/** Y = random numbers in a shape that an attribute gives. ONNX RandomUniform-1. */
export const RandomUniform = defineOperator("RandomUniform", {
  inputs: [],
  shape: ({ int, ints }) => [{ type: dataTypeByNumber(int("dtype", 1)), shape: ints("shape") }],
  gradient: "zero",
});
