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
      const { before, after, ...rest } = spreadWindows(call, call.W.dims.slice(2), call.X.shape?.slice(2) ?? []);
      const attributes = { kernel_shape: rest.kernel, strides: rest.strides, dilations: rest.dilations, pads: [...(before ?? []), ...(after ?? [])], group: call.int("group", 1) };
      return call.graph.op("Conv", [call.dY, call.W], attributes);
    },
    W: (call) => weightGradient(call.X, call.dY, call.W, spreadWindows(call, call.W.dims.slice(2), call.X.shape?.slice(2) ?? []), call.int("group", 1)),
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

function spreadSizes(call: Call, kernel: readonly number[], sizes: readonly Dim[]): readonly Dim[] {
  const { strides, dilations, before, after } = spreadWindows(call, kernel, sizes);
  return sizes.map((size, i) =>
    typeof size === "number" && before !== null && after !== null ? strides[i] * (size - 1) + (kernel[i] - 1) * dilations[i] + 1 - before[i] - after[i] : null,
  );
}
