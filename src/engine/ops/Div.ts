import { div, mul, neg } from "../graph/functions.js";
import { dimQuotient } from "../graph/shapes.js";
import { defineOperator } from "./defineOperator.js";
import { arithmetic } from "./shapeRules.js";

/** Y = A / B. ONNX Div-14. */
export const Div = defineOperator("Div", {
  inputs: ["A", "B"],
  shape: ({ A, B }) => arithmetic(A, B, dimQuotient),
  gradient: { A: ({ dY, B }) => div(dY, B), B: ({ dY, B, Y }) => neg(div(mul(dY, Y), B)) },
});
