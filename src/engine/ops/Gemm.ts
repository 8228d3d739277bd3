import { DescentError } from "../../common/errors.js";
import { formatShape, type Tensor } from "../graph/builder.js";
import { gemm, reshapeLike, scale } from "../graph/functions.js";
import { broadcastShape, differ } from "../graph/shapes.js";
import { type NumericType, tensorOf } from "../graph/tensorData.js";
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
    C: ({ dY, C, float }) => (C === null ? null : biasGradient(dY, C, float("beta", 1))),
  },
});

function oriented(shape: Shape | null, transposed: boolean): readonly [Dim, Dim] {
  if (shape === null) return [null, null];
  if (shape.length !== 2) throw new DescentError("shape-mismatch", `Gemm takes matrices, not a tensor of shape ${formatShape(shape)}.`);
  return transposed ? [shape[1], shape[0]] : [shape[0], shape[1]];
}

/** The sum over rows as a product with a row of ones, the faster form on the CPU provider; other shapes are left to the engine. */
function biasGradient(dY: Tensor, C: Tensor, beta: number): Tensor {
  const [rows, columns] = dY.shape ?? [null, null];
  const isRow = C.shape !== null && (C.rank === 1 || C.shape[0] === 1) && C.shape[C.rank - 1] === columns;
  if (!isRow || typeof rows !== "number" || typeof columns !== "number" || rows === 1) return scale(dY, beta);
  const ones = dY.builder.constant(tensorOf(dY.type as NumericType, [1, rows], Array.from({ length: rows }, () => 1)));
  return reshapeLike(gemm(ones, dY, { alpha: beta }), C);
}
