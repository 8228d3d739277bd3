import { DescentError } from "../../common/errors.js";
import { formatShape } from "../graph/builder.js";
import { gemm, scale } from "../graph/functions.js";
import { broadcastShape, differ } from "../graph/shapes.js";
import type { Dim, Shape } from "../graph/types.js";
import { defineOperator } from "./defineOperator.js";

/** Y = alpha A' B' + beta C, A and B transposed by flags; C broadcasts. ONNX Gemm-13. */
export const Gemm = defineOperator("Gemm", {
  inputs: ["A", "B", "C?"],
  shape: ({ A, B, C, int }) => {
    const [rows, inner] = oriented(A.shape, int("transA", 0) === 1);
    const [other, columns] = oriented(B.shape, int("transB", 0) === 1);
    if (typeof inner === "number" && typeof other === "number" && inner !== other) {
      throw new DescentError("shape-mismatch", `The matrices ${formatShape(A.shape)} and ${formatShape(B.shape)} cannot be multiplied: ${inner} columns against ${other} rows.`);
    }
    const shape = [rows, columns];
    if (C !== null && differ(broadcastShape(C.shape, shape), shape)) {
      throw new DescentError("shape-mismatch", `The bias ${formatShape(C.shape)} does not broadcast to ${formatShape(shape)}.`);
    }
    return [{ type: A.type, shape }];
  },
  gradient: {
    A: ({ dY, B, int, float }) => {
      const [transA, transB, alpha] = [int("transA", 0) === 1, int("transB", 0) === 1, float("alpha", 1)];
      return transA ? gemm(B, dY, { transA: transB, transB: true, alpha }) : gemm(dY, B, { transB: !transB, alpha });
    },
    B: ({ dY, A, int, float }) => {
      const [transA, transB, alpha] = [int("transA", 0) === 1, int("transB", 0) === 1, float("alpha", 1)];
      return transB ? gemm(dY, A, { transA: true, transB: transA, alpha }) : gemm(A, dY, { transA: !transA, alpha });
    },
    C: ({ dY, float }) => scale(dY, float("beta", 1)), // the engine sums over what C broadcast
  },
});

function oriented(shape: Shape | null, transposed: boolean): readonly [Dim, Dim] {
  if (shape === null) return [null, null];
  if (shape.length !== 2) throw new DescentError("shape-mismatch", `Gemm takes matrices, not a tensor of shape ${formatShape(shape)}.`);
  return transposed ? [shape[1], shape[0]] : [shape[0], shape[1]];
}
