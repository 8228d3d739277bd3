import { scale } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { broadcast } from "./shapeRules.js";

/** Y = the mean of all inputs, element by element. ONNX Mean-13. */
export const Mean = defineOperator("Mean", {
  inputs: ["data..."],
  shape: ({ data }) => broadcast(data),
  gradient: { data: ({ dY, data }) => scale(dY, 1 / data.length) },
});
