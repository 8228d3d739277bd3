import { neg } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { arithmetic } from "./shapeRules.js";

/** Y = A - B. ONNX Sub-14. */
export const Sub = defineOperator("Sub", {
  inputs: ["A", "B"],
  shape: ({ A, B }) =>
    arithmetic(A, B, (a, b) => {
      if (typeof a === "number" && typeof b === "number") return a - b;
      return b === 0 ? a : null;
    }),
  gradient: { A: ({ dY }) => dY, B: ({ dY }) => neg(dY) },
});
