import { addAtPlaces, placesLike } from "../graph/functions.js";
import { axisOf } from "../graph/shapes.js";
import { defineOperator } from "./defineOperator.js";

/** Y = the slices of X along an axis, or its elements, where the condition holds. ONNX Compress-11. */
export const Compress = defineOperator("Compress", {
  inputs: ["X", "condition"],
  shape: ({ X, attribute }) => {
    const axis = attribute("axis", "int");
    if (axis === undefined) return [{ type: X.type, shape: [null] }];
    return [{ type: X.type, shape: X.shape?.with(axisOf(axis, X.rank), null) ?? null }];
  },
  gradient: { X: ({ dY, X, condition, graph, node }) => addAtPlaces(X, graph.op("Compress", [placesLike(X), condition], node.attributes), dY), condition: "zero" },
});
