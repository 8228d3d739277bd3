import { cast } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { dataTypeByNumber } from "./shapeRules.js";

/** Y = X in another element type. ONNX Cast-21. */
export const Cast = defineOperator("Cast", {
  inputs: ["X"],
  shape: ({ X, int }) => [{ type: dataTypeByNumber(int("to", 1)), shape: X.shape, elements: X.elements }],
  gradient: { X: ({ dY, X }) => cast(dY, X.type) },
});
