import { DescentError } from "../../../common/errors.js";
import { float, formatShape, type Tensor } from "../../graph/builder.js";
import { broadcastShape } from "../../graph/shapes.js";
import type { Shape } from "../../graph/types.js";
import { defineOperator, type Call, type GradientContext } from "../defineOperator.js";

/**
 * Y = alpha A' B', batched over the leading dimensions, which broadcast; A' is A or, with transA, A with its last two dimensions exchanged, B'
 * likewise. com.microsoft FusedMatMul-1, which ONNX Runtime's optimized models contain.
 */
export const FusedMatMul = defineOperator("FusedMatMul", {
  domain: "com.microsoft",
  inputs: ["A", "B"],
  shape: (call) => [{ type: call.A.type, shape: productShape(call.A.shape, call.B.shape, flagsOf(call)) }],
  gradient: {
    A: (call) => {
      const { transA, transB } = flagsOf(call);
      return transA ? product(call, call.B, call.dY, transB, true) : product(call, call.dY, call.B, false, !transB);
    },
    B: (call) => {
      const { transA, transB } = flagsOf(call);
      return transB ? product(call, call.dY, call.A, true, transA) : product(call, call.A, call.dY, !transA, false);
    },
  },
});

interface Flags {
  readonly transA: boolean;
  readonly transB: boolean;
}

/** Throws `unsupported-attribute` where the batch dimension is exchanged too. */
function flagsOf({ int, node }: Call): Flags {
  if (int("transBatchA", 0) === 1 || int("transBatchB", 0) === 1) {
    throw new DescentError("unsupported-attribute", `FusedMatMul (node ${node.name}): transBatchA and transBatchB are not supported.`);
  }
  return { transA: int("transA", 0) === 1, transB: int("transB", 0) === 1 };
}

/** alpha times the product, with the call's own alpha. */
function product(call: GradientContext, left: Tensor, right: Tensor, transA: boolean, transB: boolean): Tensor {
  const attributes = { alpha: float(call.float("alpha", 1)), transA: Number(transA), transB: Number(transB) };
  return call.graph.op("FusedMatMul", [left, right], attributes, { domain: "com.microsoft" });
}

function productShape(a: Shape | null, b: Shape | null, { transA, transB }: Flags): Shape | null {
  if (a === null || b === null) return null;
  if (a.length < 2 || b.length < 2) throw new DescentError("shape-mismatch", `FusedMatMul multiplies matrices, not ${formatShape(a)} and ${formatShape(b)}.`);
  const [rows, inner] = transA ? [a[a.length - 1], a[a.length - 2]] : [a[a.length - 2], a[a.length - 1]];
  const [other, columns] = transB ? [b[b.length - 1], b[b.length - 2]] : [b[b.length - 2], b[b.length - 1]];
  if (typeof inner === "number" && typeof other === "number" && inner !== other) {
    throw new DescentError("shape-mismatch", `The matrices ${formatShape(a)} and ${formatShape(b)} cannot be multiplied: ${inner} columns against ${other} rows.`);
  }
  const batch = broadcastShape(a.slice(0, -2), b.slice(0, -2));
  return batch === null ? null : [...batch, rows, columns];
}
