import { DescentError } from "../../common/errors.js";
import { transpose } from "../graph/functions.js";
import { axesOf } from "../graph/shapes.js";
import { defineOperator } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = X with its axes in the order `perm`, by default reversed. ONNX Transpose-21. */
export const Transpose = defineOperator("Transpose", {
  inputs: ["X"],
  shape: (call) => {
    const { X } = call;
    if (X.shape === null) return like(X);
    const source = X.shape;
    const perm = permutation(call.ints("perm"), X.rank);
    if (perm.length !== X.rank) throw new DescentError("shape-mismatch", `The order [${perm.join(", ")}] does not fit a tensor of ${X.rank} dimensions.`);
    return [{ type: X.type, shape: perm.map((axis) => source[axis] ?? null), elements: X.elements }];
  },
  gradient: {
    X: ({ dY, X, ints }) => {
      const perm = permutation(ints("perm"), X.rank);
      return transpose(dY, perm.map((_, axis) => perm.indexOf(axis)));
    },
  },
});

function permutation(perm: readonly number[] | null, rank: number): readonly number[] {
  return perm ?? axesOf(null, rank).reverse();
}
