import { defineOperator } from "./defineOperator.js";
import { dataTypeByNumber } from "./shapeRules.js";

/** Y = 1 with probability X, else 0. ONNX Bernoulli-15. */
export const Bernoulli = defineOperator("Bernoulli", {
  inputs: ["X"],
  shape: ({ X, attribute }) => {
    const type = attribute("dtype", "int");
    return [{ type: type === undefined ? X.type : dataTypeByNumber(type), shape: X.shape }];
  },
  gradient: "zero",
});
