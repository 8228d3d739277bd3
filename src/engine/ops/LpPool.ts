import { DescentError } from "../../common/errors.js";
import type { Tensor } from "../graph/builder.js";
import { pad, reshape, reshapeLike } from "../graph/functions.js";
import { isStatic } from "../graph/shapes.js";
import { elementCount, tensorOf, type NumericType } from "../graph/tensorData.js";
import { defineOperator, type GradientContext } from "./defineOperator.js";
import { throughForm } from "./equivalentForm.js";
import { absolutePower, root } from "./norms.js";
import { pooledShape } from "./pooling.js";
import { extents, windowCounts, windowsOf } from "./windows.js";

/** Y = the p-norm of each window. ONNX LpPool-18. */
export const LpPool = defineOperator("LpPool", {
  inputs: ["X"],
  shape: (call) => [{ type: call.X.type, shape: pooledShape(call, call.X) }],
  gradient: {
    X: (call) =>
      throughForm(call, ([x]) => {
        if (!x) return [];
        const p = call.int("p", 2);
        return [root(windowSums(call, absolutePower(x, p)), p)];
      }),
  },
});

/** Sums of windows: a convolution with ones, one channel at a time. Throws `shape-unknown` without spatial sizes. */
function windowSums(call: GradientContext, x: Tensor): Tensor {
  const sizes = x.shape?.slice(2) ?? null;
  if (sizes === null || !isStatic(sizes)) throw new DescentError("shape-unknown", "The gradient of LpPool needs known spatial sizes.");
  const windows = windowsOf(call, sizes);
  const counts = windowCounts(windows, sizes) as readonly number[];
  const extent = extents(windows);
  const before = windows.before ?? sizes.map(() => 0);
  // as many elements after as the last window reaches over, which is less than none where it ends before the input does
  const after = sizes.map((size: number, i: number) => (counts[i] - 1) * windows.strides[i] + extent[i] - size - before[i]);
  const channels = pad(reshape(x, [-1, 1, ...sizes]), [0, 0, ...before, 0, 0, ...after]);
  const ones = tensorOf(x.type as NumericType, [1, 1, ...windows.kernel], Array.from({ length: elementCount(windows.kernel) }, () => 1));
  const sums = x.builder.op("Conv", [channels, x.builder.constant(ones)], { strides: windows.strides, dilations: windows.dilations });
  const [batch, depth] = x.shape ?? [];
  if (typeof depth === "number") return reshape(sums, [-1, depth, ...counts]);
  return typeof batch === "number" ? reshape(sums, [batch, -1, ...counts]) : reshapeLike(sums, call.outputs[0] as Tensor);
}
