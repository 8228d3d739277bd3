import type { Tensor } from "../graph/builder.js";
import { concat, zerosLike } from "../graph/functions.js";
import { axisOf, isStatic } from "../graph/shapes.js";
import { numbersOf } from "../graph/tensorData.js";
import type { Dim, Shape } from "../graph/types.js";
import { defineOperator } from "./defineOperator.js";

/** Y... = X cut into parts along an axis, of given sizes or equal ones. ONNX Split-18. */
export const Split = defineOperator("Split", {
  inputs: ["X", "split?"],
  outputs: ["Y..."],
  shape: ({ X, split: sizes, node, int }) => {
    const count = node.outputs.length;
    if (X.shape === null) return node.outputs.map(() => ({ type: X.type, shape: null }));
    const axis = axisOf(int("axis", 0), X.rank);
    const lengths = sizes === null ? equalParts(X.shape[axis], count) : (sizes.elements ?? (sizes.constant === null ? node.outputs.map(() => null) : numbersOf(sizes.constant)));
    const source = X.shape;
    return node.outputs.map((_, i) => ({ type: X.type, shape: source.with(axis, lengths[i] ?? null), elements: partOf(X.elements, lengths, i) }));
  },
  gradient: {
    X: ({ outputs, outputGradients, int }) => concat(outputs.map((part, i) => outputGradients[i] ?? zerosLike(part as Tensor)), int("axis", 0)),
    split: "zero",
  },
});

/** Sizes of `count` parts: equal, the last one smaller where that does not come out even. */
function equalParts(total: Dim, count: number): Shape {
  if (typeof total !== "number") return Array.from({ length: count }, () => (count === 1 ? total : null));
  const size = Math.ceil(total / count);
  return Array.from({ length: count }, (_, i) => Math.max(Math.min(size, total - i * size), 0));
}

function partOf(elements: Shape | null, lengths: Shape, part: number): Shape | null {
  if (elements === null || !isStatic(lengths)) return null;
  const start = lengths.slice(0, part).reduce((a, b) => a + b, 0);
  return elements.slice(start, start + lengths[part]);
}
