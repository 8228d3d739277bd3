import { reshapeLike } from "../graph/functions.js";
import { dimProduct } from "../graph/shapes.js";
import { defineOperator } from "./defineOperator.js";

/** Y = X as a matrix: the dimensions before the axis, and the others, as one each. ONNX Flatten-21. */
export const Flatten = defineOperator("Flatten", {
  inputs: ["X"],
  shape: ({ X, int }) => {
    if (X.shape === null) return [{ type: X.type, shape: [null, null] }];
    const axis = int("axis", 1);
    const at = axis < 0 ? axis + X.rank : axis;
    return [{ type: X.type, shape: [dimProduct(X.shape.slice(0, at)), dimProduct(X.shape.slice(at))] }];
  },
  gradient: { X: ({ dY, X }) => reshapeLike(dY, X) },
});
