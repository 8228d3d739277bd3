import { div, mul, neg, sub } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { arithmetic, onNumbers } from "./shapeRules.js";

/** Y = A modulo B, with the sign of B, or of A where fmod is 1. ONNX Mod-13. */
export const Mod = defineOperator("Mod", {
  inputs: ["A", "B"],
  shape: ({ A, B }) => arithmetic(A, B, onNumbers((a, b) => (b === 0 ? 0 : ((a % b) + b) % b))),
  // A - B times the number of whole B in A, which is constant almost everywhere
  gradient: {
    A: ({ dY }) => dY,
    B: ({ dY, A, B, Y }) => neg(mul(dY, div(sub(A, Y), B))),
  },
});
