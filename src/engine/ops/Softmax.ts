import { mul, reduceSum, sub } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = e^X / sum of e^X along the axis. ONNX Softmax-13. */
export const Softmax = defineOperator("Softmax", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, Y, int }) => mul(Y, sub(dY, reduceSum(mul(dY, Y), [int("axis", -1)], true))) },
});
