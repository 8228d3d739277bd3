import { concat, dimOf, gather, reduceSum, reshape } from "../graph/functions.js";
import { axesOf, dimProduct } from "../graph/shapes.js";
import { defineOperator } from "./defineOperator.js";

/** Y = X repeated along each axis. ONNX Tile-13. */
export const Tile = defineOperator("Tile", {
  inputs: ["X", "repeats"],
  shape: ({ X, repeats }) => {
    const times = repeats.elements;
    const shape = X.shape?.map((dim, i) => (times === null ? null : dimProduct([dim, times[i] ?? null]))) ?? null;
    return [{ type: X.type, shape }];
  },
  gradient: {
    // [.., n*d, ..] as [.., n, d, ..], summed over the repetitions
    X: ({ dY, X, repeats, graph }) => {
      const axes = axesOf(null, X.rank);
      const pairs = axes.flatMap((axis) => [gather(repeats, graph.ints([axis]), 0), dimOf(X, axis)]);
      return reduceSum(reshape(dY, concat(pairs, 0)), axes.map((axis) => 2 * axis));
    },
    repeats: "zero",
  },
});
