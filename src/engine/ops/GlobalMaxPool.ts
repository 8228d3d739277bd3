import { reshape, reshapeLike, zerosLike } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { globallyPooled } from "./pooling.js";

/** Y = the largest element of each channel, [N, C, 1, ...]; of several the first takes the gradient. ONNX GlobalMaxPool-1. */
export const GlobalMaxPool = defineOperator("GlobalMaxPool", {
  inputs: ["X"],
  shape: ({ X }) => globallyPooled(X),
  gradient: {
    X: ({ dY, X, graph }) => {
      const flat = reshape(X, [0, 0, -1]);
      const place = graph.op("ArgMax", [flat], { axis: 2, keepdims: 1 });
      return reshapeLike(graph.op("ScatterElements", [zerosLike(flat), place, reshape(dY, [0, 0, -1])], { axis: 2 }), X);
    },
  },
});
