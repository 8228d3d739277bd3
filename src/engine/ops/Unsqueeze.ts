import { reshapeLike } from "../graph/functions.js";
import { axesOf } from "../graph/shapes.js";
import { defineOperator } from "./defineOperator.js";
import { integersOf } from "./shapeRules.js";

/** Y = X with axes of one element put in. ONNX Unsqueeze-21. */
export const Unsqueeze = defineOperator("Unsqueeze", {
  inputs: ["X", "axes"],
  shape: ({ X, axes }) => {
    const listed = integersOf(axes);
    if (X.shape === null || listed === null) return [{ type: X.type, shape: null }];
    const rank = X.rank + listed.length;
    const added = axesOf(listed, rank);
    let next = 0;
    const source = X.shape;
    const shape = Array.from({ length: rank }, (_, i) => (added.includes(i) ? 1 : source[next++]));
    return [{ type: X.type, shape, elements: rank <= 1 ? X.elements : null }];
  },
  gradient: { X: ({ dY, X }) => reshapeLike(dY, X), axes: "zero" },
});
