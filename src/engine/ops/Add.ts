import { defineOperator } from "./defineOperator.js";
import { arithmetic } from "./shapeRules.js";

/** Y = A + B. ONNX Add-14. */
export const Add = defineOperator("Add", {
  inputs: ["A", "B"],
  shape: ({ A, B }) =>
    arithmetic(A, B, (a, b) => {
      if (typeof a === "number" && typeof b === "number") return a + b;
      return b === 0 ? a : a === 0 ? b : null;
    }),
  gradient: { A: ({ dY }) => dY, B: ({ dY }) => dY },
});
