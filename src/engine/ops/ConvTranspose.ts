import type { Tensor } from "../graph/builder.js";
import { pad } from "../graph/functions.js";
import { isStatic } from "../graph/shapes.js";
import type { Dim } from "../graph/types.js";
import { channelSums, weightGradient } from "./convolutionGradients.js";
import { defineOperator, type Call } from "./defineOperator.js";
import type { Windows } from "./windows.js";

/** Y[n, o, stride p + dilation k - pad] = the sum over i, p, k of X[n, i, p] W[i, o, k], plus B[o]. ONNX ConvTranspose-11. */
export const ConvTranspose = defineOperator("ConvTranspose", {
  inputs: ["X", "W", "B?"],
  shape: (call) => {
    const { X, W, int } = call;
    const kernel = W.shape?.slice(2) ?? [null];
    if (X.shape === null || W.shape === null || !isStatic(kernel)) return [{ type: X.type, shape: X.shape?.map((dim, i) => (i === 0 ? dim : null)) ?? null }];
    const channels = typeof W.shape[1] === "number" ? W.shape[1] * int("group", 1) : null;
    const sizes = X.shape.slice(2);
    return [{ type: X.type, shape: [X.shape[0], channels, ...spreadSizes(call, kernel, sizes)] }];
  },
  gradient: {
    // the convolution that this one transposes
    X: (call) => {
      const { cropped, windows } = withoutNegativePadding(call.dY, spreadWindows(call, call.W.dims.slice(2), call.X.shape?.slice(2) ?? []));
      const { kernel, strides, dilations, before, after } = windows;
      const attributes = { kernel_shape: kernel, strides, dilations, pads: [...(before ?? []), ...(after ?? [])], group: call.int("group", 1) };
      return call.graph.op("Conv", [cropped, call.W], attributes);
    },
    W: (call) => {
      const { cropped, windows } = withoutNegativePadding(call.dY, spreadWindows(call, call.W.dims.slice(2), call.X.shape?.slice(2) ?? []));
      return weightGradient(call.X, cropped, call.W, windows, call.int("group", 1));
    },
    B: ({ dY }) => channelSums(dY),
  },
});

/** Windows of the convolution over Y whose transpose this is. What output_padding adds lies after the last window. */
function spreadWindows(call: Call, kernel: readonly number[], sizes: readonly Dim[]): Windows {
  const ones = kernel.map(() => 1);
  const strides = call.ints("strides") ?? ones;
  const dilations = call.ints("dilations") ?? ones;
  const extra = call.ints("output_padding") ?? kernel.map(() => 0);
  const asked = call.ints("output_shape")?.slice(-kernel.length) ?? null;
  const mode = call.text("auto_pad", "NOTSET");
  const explicit = call.ints("pads") ?? kernel.flatMap(() => [0, 0]);
  if (asked === null && (mode === "NOTSET" || mode === "VALID")) {
    return { kernel, strides, dilations, before: explicit.slice(0, kernel.length), after: explicit.slice(kernel.length).map((p, i) => p - extra[i]), ceil: false };
  }
  const totals = kernel.map((k, i) => {
    const size = sizes[i];
    if (typeof size !== "number") return null;
    return strides[i] * (size - 1) + extra[i] + (k - 1) * dilations[i] + 1 - (asked?.[i] ?? size * strides[i]);
  });
  if (totals.includes(null)) return { kernel, strides, dilations, before: null, after: null, ceil: false };
  const small = (totals as number[]).map((total) => Math.floor(total / 2));
  const large = (totals as number[]).map((total, i) => total - small[i]);
  const [before, after] = mode === "SAME_UPPER" ? [small, large] : [large, small];
  return { kernel, strides, dilations, before, after: after.map((p, i) => p - extra[i]), ceil: false };
}

/** Negative padding, which Conv does not take, as cropping: what lies beyond the last window. */
function withoutNegativePadding(dY: Tensor, windows: Windows): { readonly cropped: Tensor; readonly windows: Windows } {
  const { before, after } = windows;
  if (before === null || after === null) return { cropped: dY, windows };
  const below = (pads: readonly number[]): number[] => pads.map((p) => Math.min(p, 0));
  const above = (pads: readonly number[]): number[] => pads.map((p) => Math.max(p, 0));
  return { cropped: pad(dY, [0, 0, ...below(before), 0, 0, ...below(after)]), windows: { ...windows, before: above(before), after: above(after) } };
}

function spreadSizes(call: Call, kernel: readonly number[], sizes: readonly Dim[]): readonly Dim[] {
  const { strides, dilations, before, after } = spreadWindows(call, kernel, sizes);
  return sizes.map((size, i) =>
    typeof size === "number" && before !== null && after !== null ? strides[i] * (size - 1) + (kernel[i] - 1) * dilations[i] + 1 - before[i] - after[i] : null,
  );
}
