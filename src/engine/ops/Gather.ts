import type { Tensor } from "../graph/builder.js";
import { cast, scatterAdd, transpose, unsqueeze, zerosLike } from "../graph/functions.js";
import { axesOf, axisOf } from "../graph/shapes.js";
import type { Shape } from "../graph/types.js";
import { defineOperator } from "./defineOperator.js";

/** Y = slices of X along an axis, picked by index. ONNX Gather-13. */
export const Gather = defineOperator("Gather", {
  inputs: ["X", "indices"],
  shape: ({ X, indices, int }) => {
    if (X.shape === null || indices.shape === null) return [{ type: X.type, shape: null }];
    const axis = axisOf(int("axis", 0), X.rank);
    return [{ type: X.type, shape: X.shape.toSpliced(axis, 1, ...indices.shape), elements: picked(X, indices) }];
  },
  gradient: {
    X: ({ dY, X, indices, int }) => {
      const axis = axisOf(int("axis", 0), X.rank);
      const axes = axesOf(null, X.rank);
      // the axis comes first in X, the dimensions of the indices first in the gradient
      const toFront = [axis, ...axes.filter((a) => a !== axis)];
      const picks = axesOf(null, dY.rank).slice(axis, axis + indices.rank);
      const dYFront = transpose(dY, [...picks, ...axesOf(null, dY.rank).filter((a) => !picks.includes(a))]);
      const zeros = zerosLike(X);
      const zerosFront = transpose(zeros, toFront);
      const summed = scatterAdd("ScatterND", zerosFront, unsqueeze(cast(indices, "int64"), [-1]), dYFront);
      return transpose(summed, axes.map((a) => toFront.indexOf(a)));
    },
    indices: "zero",
  },
});

/** Picked elements of shape arithmetic. */
function picked(X: Tensor, indices: Tensor): Shape | null {
  const [elements, places] = [X.elements, indices.elements];
  if (elements === null || places === null || X.rank !== 1) return null;
  return places.map((place) => (typeof place === "number" ? (elements.at(place) ?? null) : null));
}
