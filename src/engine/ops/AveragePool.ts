import type { Tensor } from "../graph/builder.js";
import { div, reshape, reshapeLike } from "../graph/functions.js";
import { isStatic } from "../graph/shapes.js";
import { elementCount, tensorOf, type NumericType } from "../graph/tensorData.js";
import { transposedConvolution } from "./convolutionGradients.js";
import { defineOperator, type Call } from "./defineOperator.js";
import { pooledShape } from "./pooling.js";
import { windowCounts, windowsOf, type Windows } from "./windows.js";

/** Y = the mean of each window; padding counts where `count_include_pad` says so. ONNX AveragePool-19. */
export const AveragePool = defineOperator("AveragePool", {
  inputs: ["X"],
  shape: (call) => [{ type: call.X.type, shape: pooledShape(call, call.X) }],
  gradient: {
    // every window hands its share to each of its elements: a transposed convolution with ones, one channel at a time
    X: (call) => {
      const { dY, X, graph } = call;
      const windows = windowsOf(call, X.shape?.slice(2) ?? []);
      const ones = tensorOf(X.type as NumericType, [1, 1, ...windows.kernel], Array.from({ length: elementCount(windows.kernel) }, () => 1));
      const shares = oneChannel(div(dY, elementsPerWindow(call, X, windows)));
      return reshapeLike(transposedConvolution(shares, graph.constant(ones), oneChannel(X), windows, 1), X);
    },
  },
});

/** [N, C, ...] as [N C, 1, ...]. */
function oneChannel(x: Tensor): Tensor {
  const spatial = x.shape?.slice(2) ?? null;
  if (isStatic(spatial)) return reshape(x, [-1, 1, ...spatial]);
  const g = x.builder;
  const sizes = g.op("Slice", [g.op("Shape", [x]), g.ints([2]), g.ints([Number.MAX_SAFE_INTEGER])]);
  return reshape(x, g.op("Concat", [g.ints([-1, 1]), sizes], { axis: 0 }));
}

/** By how many elements each window divides: a number, or a tensor of one spatial shape where windows reach over the border. */
function elementsPerWindow(call: Call, X: Tensor, windows: Windows): Tensor {
  const g = X.builder;
  const full = elementCount(windows.kernel);
  const padded = windows.before === null || windows.before.some((p) => p !== 0) || windows.after?.some((p) => p !== 0);
  const includePad = call.int("count_include_pad", 0) === 1;
  if (!windows.ceil && (!padded || includePad)) return g.scalar(full, X.type as NumericType);
  const sizes = X.shape?.slice(2) ?? [];
  if (!isStatic(sizes)) return countedWhileRunning(X, call, full);
  const counts = windowCounts(windows, sizes) as readonly number[];
  const perAxis = counts.map((count, axis) => Array.from({ length: count }, (_, i) => elementsAlong(windows, axis, i, sizes[axis], includePad)));
  const all = perAxis.reduce<readonly number[]>((outer, axis) => outer.flatMap((a) => axis.map((b) => a * b)), [1]);
  return g.constant(tensorOf(X.type as NumericType, [1, 1, ...counts], all));
}

/** How many elements of the input, or of the padded input, the i-th window covers along an axis. */
function elementsAlong({ kernel, strides, dilations, before, after }: Windows, axis: number, i: number, size: number, includePad: boolean): number {
  const first = i * strides[axis] - (before?.[axis] ?? 0);
  const [low, high] = includePad ? [-(before?.[axis] ?? 0), size + (after?.[axis] ?? 0)] : [0, size];
  return Array.from({ length: kernel[axis] }, (_, k) => first + k * dilations[axis]).filter((at) => at >= low && at < high).length;
}

/** The mean of ones with padding counted as zeros tells which share of each window lies inside. */
function countedWhileRunning(X: Tensor, call: Call, full: number): Tensor {
  const g = X.builder;
  const ones = g.op("Expand", [g.scalar(1, X.type as NumericType), g.op("Shape", [X])]);
  const inside = g.op("AveragePool", [ones], { ...call.node.attributes, count_include_pad: 1 });
  return g.op("Mul", [inside, g.scalar(full, X.type as NumericType)]);
}
