import type { Dim } from "../graph/types.js";
import { defineOperator } from "./defineOperator.js";
import { arithmetic } from "./shapeRules.js";

/** Y = (A == B). ONNX Equal-19. */
export const Equal = defineOperator("Equal", {
  inputs: ["A", "B"],
  shape: ({ A, B }) => arithmetic(A, B, compare, "bool"),
  gradient: "zero",
});

/** Symbols equal themselves and never a negative number; the rest is known of numbers only. */
function compare(a: Dim, b: Dim): Dim {
  if (a !== null && a === b) return 1;
  if (typeof a === "number" && (typeof b === "number" || a < 0)) return 0;
  return typeof b === "number" && b < 0 ? 0 : null;
}
