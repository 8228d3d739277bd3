import { defineOperator } from "./defineOperator.js";
import { dataTypeByNumber } from "./shapeRules.js";

/** Y = classes drawn by unnormalised logarithms of probabilities [N, C]. ONNX Multinomial-7. */
export const Multinomial = defineOperator("Multinomial", {
  inputs: ["X"],
  shape: ({ X, int }) => [{ type: dataTypeByNumber(int("dtype", 6)), shape: [X.shape?.[0] ?? null, int("sample_size", 1)] }],
  gradient: "zero",
});
