import { reshapeLike } from "../graph/functions.js";
import { axesOf } from "../graph/shapes.js";
import { defineOperator } from "./defineOperator.js";
import { integersOf } from "./shapeRules.js";

/** Y = X without axes of one element: those named, or all such. ONNX Squeeze-21. */
export const Squeeze = defineOperator("Squeeze", {
  inputs: ["X", "axes?"],
  shape: ({ X, axes }) => {
    const listed = integersOf(axes);
    if (X.shape === null || (axes !== null && listed === null)) return [{ type: X.type, shape: null }];
    if (axes === null && !X.shape.every((dim) => typeof dim === "number")) return [{ type: X.type, shape: null }];
    const dropped = listed === null ? null : axesOf(listed, X.rank);
    const shape = X.shape.filter((dim, i) => (dropped === null ? dim !== 1 : !dropped.includes(i)));
    return [{ type: X.type, shape, elements: X.elements }];
  },
  gradient: { X: ({ dY, X }) => reshapeLike(dY, X), axes: "zero" },
});
