/** Shape rules of pooling. */
import type { InferredOutput, Tensor } from "../graph/builder.js";
import type { Shape } from "../graph/types.js";
import type { Call } from "./defineOperator.js";
import { windowCounts, windowsOf } from "./windows.js";

/** Batch, channels and a one for every spatial dimension. */
export function globallyPooled(X: Tensor): readonly InferredOutput[] {
  return [{ type: X.type, shape: X.shape?.map((dim, i) => (i < 2 ? dim : 1)) ?? null }];
}

/** Batch, channels and the number of windows in each spatial dimension. */
export function pooledShape(call: Call, X: Tensor): Shape | null {
  if (X.shape === null) return null;
  const sizes = X.shape.slice(2);
  return [...X.shape.slice(0, 2), ...windowCounts(windowsOf(call, sizes), sizes)];
}
