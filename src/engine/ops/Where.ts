import type { Tensor } from "../graph/builder.js";
import { keepWhere, scalarLike, where } from "../graph/functions.js";
import type { Dim, Shape } from "../graph/types.js";
import { defineOperator } from "./defineOperator.js";
import { commonShape } from "./shapeRules.js";

/** Y = A where the condition holds, else B. ONNX Where-16. */
export const Where = defineOperator("Where", {
  inputs: ["condition", "A", "B"],
  shape: ({ condition, A, B }) => [{ type: A.type, shape: commonShape([condition, A, B]), elements: chosenElements(condition, A, B) }],
  gradient: {
    condition: "zero",
    A: ({ dY, condition }) => keepWhere(condition, dY),
    B: ({ dY, condition }) => where(condition, scalarLike(dY, 0), dY),
  },
});

function chosenElements(condition: Tensor, A: Tensor, B: Tensor): Shape | null {
  const [c, a, b] = [condition.elements, A.elements, B.elements];
  if (c === null || a === null || b === null) return null;
  const at = (list: Shape, i: number): Dim => list[list.length === 1 ? 0 : i] ?? null;
  return Array.from({ length: Math.max(c.length, a.length, b.length) }, (_, i) => (at(c, i) === null ? null : at(at(c, i) === 1 ? a : b, i)));
}
