import { countOf, div, expandLike } from "../graph/functions.js";
import { axesOf } from "../graph/shapes.js";
import { defineOperator } from "./defineOperator.js";
import { globallyPooled } from "./pooling.js";

/** Y = the mean of each channel over all positions, [N, C, 1, ...]. ONNX GlobalAveragePool-1. */
export const GlobalAveragePool = defineOperator("GlobalAveragePool", {
  inputs: ["X"],
  shape: ({ X }) => globallyPooled(X),
  gradient: { X: ({ dY, X }) => expandLike(div(dY, countOf(X, axesOf(null, X.rank).slice(2))), X) },
});
