import type { Tensor } from "../graph/builder.js";
import { cast, equal, mul, pad, reduceMax, reshape, slice, sub } from "../graph/functions.js";
import { withGradient } from "../ops/withGradient.js";
import { intOf, windowAttributes, type WindowAttributes } from "./attributes.js";
import type { LoweringRule } from "./site.js";

/**
 * MaxPool over [N, C, H, W] for providers whose operator does not tell the places of the largest (WebGPU's): the gradient finds them by comparing
 * the windows with what was largest in them, and as ONNX's own goes to the first of several. Pools with dilations or rounding up are left alone.
 */
export const lowerMaxPool: LoweringRule = (site, node) => {
  const dims = site.dims(node.inputs[0]);
  const window = windowAttributes(node, null);
  if (dims?.length !== 4 || window === null || node.outputs.slice(1).some((name) => !site.isUnused(name))) return false;
  if (intOf(node, "ceil_mode", 0) !== 0 || window.dilations.some((d) => d !== 1)) return false;
  const x = site.plain(node.inputs[0])!;
  const [y] = site.into.ops("MaxPool", [x], { kernel_shape: window.kernel, strides: window.strides, pads: window.pads }, { outputs: 1 });
  const tiles = window.pads.every((p) => p === 0) && window.kernel.every((k, axis) => k === window.strides[axis]);
  const [pooled] = withGradient([y], [x], ({ outputGradients: [d] }) => (tiles ? gradientOfTiles(x, y, d!, window) : gradientOfWindows(x, y, d!, window)));
  site.definePlain(node.outputs[0], pooled);
  return true;
};

/** Windows that lie side by side: a pass over [N, C, OH, KH, OW, KW] marks the first largest of each. */
function gradientOfTiles(x: Tensor, y: Tensor, d: Tensor, { kernel: [kh, kw] }: WindowAttributes): Tensor {
  const [n, c, h, w] = x.dims;
  const [oh, ow] = y.dims.slice(2);
  const cropped = oh * kh === h && ow * kw === w ? x : slice(x, [0, 0], [oh * kh, ow * kw], [2, 3]);
  const windows = reshape(cropped, [n, c, oh, kh, ow, kw]);
  const each = (t: Tensor): Tensor => reshape(t, [n, c, oh, 1, ow, 1]);
  // of those that equal the largest the one with the largest number comes first in the window
  const order = x.builder.constant({ type: "float32", dims: [kh, 1, kw], data: Float32Array.from({ length: kh * kw }, (_, k) => kh * kw - k) });
  const marks = mul(cast(equal(windows, each(y)), "float32"), order);
  const first = equal(marks, reduceMax(marks, [3, 5], true));
  const gradient = reshape(mul(cast(first, "float32"), each(d)), [n, c, oh * kh, ow * kw]);
  return cropped === x ? gradient : pad(gradient, [0, 0, 0, 0, 0, 0, h - oh * kh, w - ow * kw]);
}

/**
 * Windows that overlap, position after position: the image is cut into phases of the stride, [N, C, H / S, S, W / S, S], so that every
 * position of the window is a slice with steps of 1 and its gradient a pad.
 */
function gradientOfWindows(x: Tensor, y: Tensor, d: Tensor, { kernel: [kh, kw], strides: [sh, sw], pads: [top, left] }: WindowAttributes): Tensor {
  const [n, c, h, w] = x.dims;
  const [oh, ow] = y.dims.slice(2);
  // as many rows and columns as the windows reach over, in whole strides, but no less than there are
  const reach = (size: number, before: number, windows: number, kernel: number, stride: number): number => Math.ceil(Math.max(before + size, (windows - 1) * stride + kernel) / stride);
  const [rows, columns] = [reach(h, top, oh, kh, sh), reach(w, left, ow, kw, sw)];
  const [below, right] = [rows * sh - top - h, columns * sw - left - w];
  const lowest = x.builder.constant({ type: "float32", dims: [], data: Float32Array.of(-3.4e38) });
  const padded = x.builder.op("Pad", [x, x.builder.ints([0, 0, top, left, 0, 0, below, right]), lowest], { mode: "constant" });
  const phases = reshape(padded, [n, c, rows, sh, columns, sw]);
  const largest = reshape(y, [n, c, oh, 1, ow, 1]);
  let open: Tensor | null = null;
  let sum: Tensor | null = null;
  for (let i = 0; i < kh; i++) {
    for (let j = 0; j < kw; j++) {
      const starts = [Math.floor(i / sh), i % sh, Math.floor(j / sw), j % sw];
      const ends = [starts[0] + oh, starts[1] + 1, starts[2] + ow, starts[3] + 1];
      const equals = cast(equal(slice(phases, starts, ends, [2, 3, 4, 5]), largest), "float32");
      // windows whose largest was met already take no more
      const wins: Tensor = open === null ? equals : mul(open, equals);
      open = open === null ? sub(one(x), equals) : sub(open, wins);
      const part = pad(mul(wins, reshape(d, [n, c, oh, 1, ow, 1])), [0, 0, ...starts, 0, 0, rows - ends[0], sh - ends[1], columns - ends[2], sw - ends[3]]);
      sum = sum === null ? part : x.builder.op("Add", [sum, part]);
    }
  }
  return slice(reshape(sum!, [n, c, rows * sh, columns * sw]), [top, left], [top + h, left + w], [2, 3]);
}

function one(x: Tensor): Tensor {
  return x.builder.constant({ type: "float32", dims: [], data: Float32Array.of(1) });
}
