/** The gradients of convolution by its input and by its weights, for any number of spatial dimensions. */
import { DescentError } from "../../common/errors.js";
import type { Tensor } from "../graph/builder.js";
import { concat, dimOf, gemm, pad, reduceSum, reshape, slice, transpose } from "../graph/functions.js";
import { axesOf, isStatic } from "../graph/shapes.js";
import { elementCount } from "../graph/tensorData.js";
import { extents, windowCounts, type Windows } from "./windows.js";

/** Kernels with more positions than this take one convolution for the weight gradient instead of a product a position. */
const mostOffsets = 49;

/** Below this many input channels the products of the weight gradient are too thin, and all positions share one. */
const fewChannels = 16;

/**
 * The transpose of a convolution of X: dY [N, O, ...] spread back by the weights [O, I/group, ...] to the shape of X. Sizes of X that
 * are not known while building are met by cropping.
 */
export function transposedConvolution(dY: Tensor, W: Tensor, X: Tensor, windows: Windows, group: number): Tensor {
  const { kernel, strides, dilations, before, after } = windows;
  if (before === null || after === null) throw unknownPadding();
  const sizes = X.shape?.slice(2) ?? [];
  const extent = extents(windows);
  const counts = isStatic(sizes) ? (windowCounts(windows, sizes) as readonly number[]) : null;
  // rows after the last window that no window reads, or that only a ceil window reads beyond
  const rest = kernel.map((_, i) => {
    if (strides[i] === 1 && !windows.ceil) return 0;
    return counts === null ? strides[i] - 1 : (sizes[i] as number) + before[i] + after[i] - extent[i] - (counts[i] - 1) * strides[i];
  });
  const attributes = {
    kernel_shape: kernel,
    strides,
    dilations,
    pads: [...before, ...after.map((p, i) => p - Math.min(rest[i], 0))],
    output_padding: rest.map((r) => Math.max(r, 0)),
    group,
  };
  const spread = dY.builder.op("ConvTranspose", [dY, W], attributes);
  return counts === null && rest.some((r) => r > 0) ? croppedLike(spread, X) : spread;
}

function unknownPadding(): DescentError {
  return new DescentError("shape-unknown", "The gradient of a convolution with automatic padding and strides needs known spatial sizes.");
}

/** The first elements along each spatial dimension, as many as X has. */
function croppedLike(x: Tensor, X: Tensor): Tensor {
  const g = x.builder;
  const axes = axesOf(null, X.rank).slice(2);
  const sizes = concat(axes.map((axis) => dimOf(X, axis)), 0);
  return g.op("Slice", [x, g.ints(axes.map(() => 0)), sizes, g.ints(axes)]);
}

/** The gradient of convolution's weights [O, I/group, ...]. */
export function weightGradient(dY: Tensor, X: Tensor, W: Tensor, windows: Windows, group: number): Tensor {
  if (windows.before === null) throw unknownPadding();
  const bySlices = group === 1 && isStatic(X.shape?.slice(1) ?? [null]) && isStatic(dY.shape?.slice(1) ?? [null]) && elementCount(windows.kernel) <= mostOffsets;
  return bySlices ? weightGradientBySlices(dY, X, windows) : weightGradientByConvolution(dY, X, W, windows, group);
}

/**
 * One matrix product a position of the kernel: dY as [O, N P] times the elements of X that the position meets, [I, N P].
 * Faster on the CPU provider than the convolution below; with few input channels all positions go into one product.
 */
function weightGradientBySlices(dY: Tensor, X: Tensor, windows: Windows): Tensor {
  const { kernel, strides, dilations, before, after } = windows;
  const channelsFirst = axesOf(null, X.rank).map((axis) => (axis < 2 ? 1 - axis : axis));
  const [inputs, outputs] = [X.shape?.[1] as number, dY.shape?.[1] as number];
  const counts = dY.shape?.slice(2) as readonly number[];
  const spatial = kernel.map((_, i) => i + 2);
  const padded = transpose(pad(X, [0, 0, ...(before ?? []), 0, 0, ...(after ?? [])]), channelsFirst);
  const gradientRows = reshape(transpose(dY, channelsFirst), [outputs, -1]);
  const met = kernelPositions(kernel).map((offset) => {
    const starts = offset.map((o, i) => o * dilations[i]);
    const ends = starts.map((start, i) => start + (counts[i] - 1) * strides[i] + 1);
    return reshape(slice(padded, starts, ends, spatial, strides), [inputs, -1]);
  });
  const order = [1, 2, 0];
  if (inputs >= fewChannels || met.length === 1) {
    const products = met.map((elements) => reshape(gemm(gradientRows, elements, { transB: true }), [1, outputs, inputs]));
    return reshape(transpose(concat(products, 0), order), [outputs, inputs, ...kernel]);
  }
  const product = reshape(gemm(gradientRows, concat(met, 0), { transB: true }), [outputs, met.length, inputs]);
  return reshape(transpose(product, [0, 2, 1]), [outputs, inputs, ...kernel]);
}

/** All positions of a kernel, row-major. */
export function kernelPositions(kernel: readonly number[]): number[][] {
  return kernel.reduce<number[][]>((outer, size) => outer.flatMap((at) => Array.from({ length: size }, (_, k) => [...at, k])), [[]]);
}

/**
 * A convolution itself: samples and channels exchanged, dY as the kernel, strides and dilations exchanged. What a stride
 * leaves unread at the end makes the result too long; it is cut to the kernel.
 */
function weightGradientByConvolution(dY: Tensor, X: Tensor, W: Tensor, windows: Windows, group: number): Tensor {
  const { kernel, strides, dilations, before, after } = windows;
  const axes = axesOf(null, X.rank);
  const exchanged = axes.map((axis) => (axis < 2 ? 1 - axis : axis));
  const samplesAsChannels = group === 1 ? transpose(X, exchanged) : groupedSamplesAsChannels(X, group);
  const kernels = transpose(dY, exchanged);
  const attributes = { strides: dilations, dilations: strides, pads: [...(before ?? []), ...(after ?? [])], group };
  const long = X.builder.op("Conv", [samplesAsChannels, kernels], attributes);
  const cut = slice(long, kernel.map(() => 0), kernel, axes.slice(2));
  return reshape(transpose(cut, exchanged), W.dims);
}

/** [N, group I, ...] as [I, group N, ...], so that every group of kernels meets its own channels. */
function groupedSamplesAsChannels(X: Tensor, group: number): Tensor {
  const g = X.builder;
  const channels = X.shape?.[1];
  if (typeof channels !== "number") throw new DescentError("shape-unknown", "The gradient of a grouped convolution needs a known number of channels.");
  const axes = axesOf(null, X.rank);
  const spatial = X.shape?.slice(2) ?? [];
  const sizes = isStatic(spatial) ? g.ints(spatial) : concat(axes.slice(2).map((axis) => dimOf(X, axis)), 0);
  const apart = reshape(X, concat([dimOf(X, 0), g.ints([group, channels / group]), sizes], 0));
  const turned = transpose(apart, [2, 1, 0, ...axes.slice(2).map((axis) => axis + 1)]);
  return reshape(turned, concat([g.ints([channels / group, -1]), sizes], 0));
}

/** The gradient of the bias: the sum over samples and positions. */
export function channelSums(dY: Tensor): Tensor {
  return reduceSum(dY, axesOf(null, dY.rank).filter((axis) => axis !== 1));
}
