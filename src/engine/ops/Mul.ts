import { mul } from "../graph/functions.js";
import { dimProduct } from "../graph/shapes.js";
import { defineOperator } from "./defineOperator.js";
import { arithmetic } from "./shapeRules.js";

/** Y = A B, element by element. ONNX Mul-14. */
export const Mul = defineOperator("Mul", {
  inputs: ["A", "B"],
  shape: ({ A, B }) => arithmetic(A, B, (a, b) => dimProduct([a, b])),
  gradient: { A: ({ dY, B }) => mul(dY, B), B: ({ dY, A }) => mul(dY, A) },
});
