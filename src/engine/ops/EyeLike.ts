import { defineOperator } from "./defineOperator.js";
import { dataTypeByNumber } from "./shapeRules.js";

/** Y = ones on the k-th diagonal, else 0, in the shape of X. ONNX EyeLike-9. */
export const EyeLike = defineOperator("EyeLike", {
  inputs: ["X"],
  shape: ({ X, attribute }) => {
    const type = attribute("dtype", "int");
    return [{ type: type === undefined ? X.type : dataTypeByNumber(type), shape: X.shape }];
  },
  gradient: "zero",
});
