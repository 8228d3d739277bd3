import { DescentError } from "../../common/errors.js";
import { formatShape, type Tensor } from "../graph/builder.js";
import { concat, dimOf, gemm, matMul, reshape, squeeze, transposeLast, unsqueeze } from "../graph/functions.js";
import { broadcastShape } from "../graph/shapes.js";
import type { Shape } from "../graph/types.js";
import { defineOperator } from "./defineOperator.js";

/** Y = A B, batched over the leading dimensions, which broadcast. ONNX MatMul-13. */
export const MatMul = defineOperator("MatMul", {
  inputs: ["A", "B"],
  shape: ({ A, B }) => [{ type: A.type, shape: productShape(A.shape, B.shape) }],
  gradient: {
    A: ({ dY, A, B }) => {
      const [dC, right] = asMatrices(dY, A, B);
      const dA = right.rank === 2 && dC.rank === 2 ? gemm(dC, right, { transB: true }) : matMul(dC, transposeLast(right));
      return A.rank === 1 ? squeeze(dA, [dA.rank - 2]) : dA;
    },
    B: ({ dY, A, B }) => {
      const [dC, , left] = asMatrices(dY, A, B);
      if (B.rank === 2 && left.rank > 2) return gemm(asRows(left), asRows(dC), { transA: true });
      const dB = left.rank === 2 && dC.rank === 2 ? gemm(left, dC, { transA: true }) : matMul(transposeLast(left), dC);
      return B.rank === 1 ? squeeze(dB, [dB.rank - 1]) : dB;
    },
  },
});

function productShape(a: Shape | null, b: Shape | null): Shape | null {
  if (a === null || b === null || a.length === 0 || b.length === 0) return null;
  const [inner, other] = [a[a.length - 1], b.length === 1 ? b[0] : b[b.length - 2]];
  if (typeof inner === "number" && typeof other === "number" && inner !== other) {
    throw new DescentError("shape-mismatch", `The matrices ${formatShape(a)} and ${formatShape(b)} cannot be multiplied: ${inner} columns against ${other} rows.`);
  }
  const batch = broadcastShape(a.slice(0, -2), b.slice(0, -2)) ?? [];
  return [...batch, ...(a.length === 1 ? [] : [a[a.length - 2]]), ...(b.length === 1 ? [] : [b[b.length - 1]])];
}

/** The gradient and the operands with a vector on the left as a row, one on the right as a column: [dY, B, A]. */
function asMatrices(dY: Tensor, A: Tensor, B: Tensor): [Tensor, Tensor, Tensor] {
  let dC = dY;
  if (B.rank === 1) dC = unsqueeze(dC, [-1]);
  if (A.rank === 1) dC = unsqueeze(dC, [-2]);
  return [dC, B.rank === 1 ? unsqueeze(B, [1]) : B, A.rank === 1 ? unsqueeze(A, [0]) : A];
}

/** All leading dimensions as one: [..., k] as [n, k]. */
function asRows(x: Tensor): Tensor {
  const width = x.shape?.at(-1);
  if (typeof width === "number") return reshape(x, [-1, width]);
  return reshape(x, concat([x.builder.ints([-1]), dimOf(x, -1)], 0));
}
