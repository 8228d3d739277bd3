import { axisOf } from "../graph/shapes.js";
import { defineOperator } from "./defineOperator.js";

/** Y = `off` everywhere but `on` at the index, along a new axis of `depth` elements. ONNX OneHot-11. */
export const OneHot = defineOperator("OneHot", {
  inputs: ["indices", "depth", "values"],
  shape: ({ indices, depth, values, int }) => {
    if (indices.shape === null) return [{ type: values.type, shape: null }];
    const axis = axisOf(int("axis", -1), indices.rank + 1);
    return [{ type: values.type, shape: indices.shape.toSpliced(axis, 0, depth.elements?.[0] ?? null) }];
  },
  gradient: "zero",
});
