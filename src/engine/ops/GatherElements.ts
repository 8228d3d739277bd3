import { scatterAdd, zerosLike } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";

/** Y = elements of X picked along an axis, one index each. ONNX GatherElements-13. */
export const GatherElements = defineOperator("GatherElements", {
  inputs: ["X", "indices"],
  shape: ({ X, indices }) => [{ type: X.type, shape: indices.shape }],
  gradient: {
    X: ({ dY, X, indices, int }) => scatterAdd("ScatterElements", zerosLike(X), indices, dY, { axis: int("axis", 0) }),
    indices: "zero",
  },
});
