import { DescentError } from "../../common/errors.js";
import { gather, mul, unsqueeze } from "../graph/functions.js";
import { tensorOf, type NumericType } from "../graph/tensorData.js";
import { defineOperator } from "./defineOperator.js";

/** Y = the determinant of each square matrix of X. ONNX Det-11. */
export const Det = defineOperator("Det", {
  inputs: ["X"],
  shape: ({ X }) => [{ type: X.type, shape: X.shape?.slice(0, -2) ?? null }],
  gradient: {
    // by an element: the determinant without its row and column, signs alternating (Laplace); exact for singular matrices too
    X: ({ dY, X, graph }) => {
      const n = X.shape?.at(-1);
      if (typeof n !== "number") throw new DescentError("shape-unknown", "The gradient of Det needs the size of the matrices.");
      const gradient = unsqueeze(unsqueeze(dY, [-1]), [-1]);
      if (n === 1) return gradient;
      const others = Array.from({ length: n }, (_, i) => Array.from({ length: n - 1 }, (_, k) => (k < i ? k : k + 1)));
      const without = graph.constant(tensorOf("int64", [n, n - 1], others.flat()));
      // [..., n, n] to [..., n (row left out), n - 1, n (column left out), n - 1], then the columns before the rows that remain
      const rank = X.rank;
      const minors = gather(gather(X, without, rank - 2), without, rank);
      const batch = Array.from({ length: rank - 2 }, (_, i) => i);
      const ordered = graph.op("Transpose", [minors], { perm: [...batch, rank - 2, rank, rank - 1, rank + 1] });
      const signs = Array.from({ length: n * n }, (_, i) => ((Math.floor(i / n) + (i % n)) % 2 === 0 ? 1 : -1));
      return mul(gradient, mul(graph.op("Det", [ordered]), graph.constant(tensorOf(X.type as NumericType, [n, n], signs))));
    },
  },
});
