import { addAtPlaces, placesLike } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";

/** Y = slices of X picked by index tuples. ONNX GatherND-13. */
export const GatherND = defineOperator("GatherND", {
  inputs: ["X", "indices"],
  shape: ({ X, indices, int }) => {
    const depth = indices.shape?.at(-1);
    if (X.shape === null || indices.shape === null || typeof depth !== "number") return [{ type: X.type, shape: null }];
    return [{ type: X.type, shape: [...indices.shape.slice(0, -1), ...X.shape.slice(int("batch_dims", 0) + depth)] }];
  },
  gradient: {
    X: ({ dY, X, indices, graph, node }) => addAtPlaces(X, graph.op("GatherND", [placesLike(X), indices], node.attributes), dY),
    indices: "zero",
  },
});
