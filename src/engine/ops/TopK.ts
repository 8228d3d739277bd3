import { scatterAdd, zerosLike } from "../graph/functions.js";
import { axisOf } from "../graph/shapes.js";
import { defineOperator } from "./defineOperator.js";

/** Values, Indices = the k largest (or smallest) elements along an axis, and their places. ONNX TopK-11. */
export const TopK = defineOperator("TopK", {
  inputs: ["X", "k"],
  outputs: ["Values", "Indices"],
  shape: ({ X, k, int }) => {
    const shape = X.shape?.with(axisOf(int("axis", -1), X.rank), k.elements?.[0] ?? null) ?? null;
    return [{ type: X.type, shape }, { type: "int64", shape }];
  },
  gradient: {
    X: ({ dValues, X, Indices, int }) => scatterAdd("ScatterElements", zerosLike(X), Indices, dValues, { axis: int("axis", -1) }),
    k: "zero",
  },
});
