import { defineOperator } from "./defineOperator.js";
import { dataTypeByNumber } from "./shapeRules.js";

/** Y = random numbers in the shape of X. ONNX RandomNormalLike-1. */
export const RandomNormalLike = defineOperator("RandomNormalLike", {
  inputs: ["X"],
  shape: ({ X, attribute }) => {
    const type = attribute("dtype", "int");
    return [{ type: type === undefined ? X.type : dataTypeByNumber(type), shape: X.shape }];
  },
  gradient: "zero",
});
