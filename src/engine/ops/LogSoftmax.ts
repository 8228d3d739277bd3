import { exp, mul, reduceSum, sub } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = X - ln(sum of e^X along the axis). ONNX LogSoftmax-13. */
export const LogSoftmax = defineOperator("LogSoftmax", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: { X: ({ dY, Y, int }) => sub(dY, mul(exp(Y), reduceSum(dY, [int("axis", -1)], true))) },
});
