/** The gradient of a blocked convolution with respect to its weights. */
import type { Tensor } from "../../graph/builder.js";
import { matMul, pad, reshape, slice, transpose } from "../../graph/functions.js";
import { blockSizeOf, nchwcDomain, padAfter, padImages, reorderChannelsLast, reorderInput, roundUp } from "./blocked.js";
import type { WindowGeometry } from "./convGeometry.js";
import { readsPlainInput } from "./convWeights.js";

/**
 * dW for Y = Conv(X, W), from d = dY, in the layout of blocked weights. dilations 1, group 1.
 *
 * dW[o, i, ky, kx] = sum over n, oy, ox of d[n, o, oy, ox] X[n, i, s oy + ky - p, s ox + kx - p] is itself a convolution: the samples are
 * its input channels, d is its filter (of the output's size, with the stride as dilation), and its kh x kw positions are the weights.
 * As one blocked Conv: samples in blocks (a group each), one block of X's channels a batch item with the B channels of the block side by side on
 * the width (so the dilation is s B and the inner loop has B kw columns), d as filter. The sum over groups lies as blocked weights do.
 * Samples are filled up to whole blocks with zeros.
 */
export function convWeightGradient(x: Tensor, d: Tensor, weightDims: readonly number[], window: WindowGeometry): Tensor {
  const graph = x.builder;
  const block = blockSizeOf(graph);
  const [n, inputs, height, width] = x.dims;
  const [outputs, , kh, kw] = weightDims;
  const [, , oh, ow] = d.dims;
  const [strideY, strideX] = window.strides;
  const [top, left] = window.pads;
  // what the last window reads below and right of the image; negative where rows or columns stay unread
  const below = (oh - 1) * strideY + kh - height - top;
  const right = (ow - 1) * strideX + kw - width - left;

  const plainInput = readsPlainInput(inputs, block);
  const items = plainInput ? inputs : inputs / block;
  const lanes = plainInput ? 1 : block; // channels side by side on the width
  const samples = roundUp(n, block);
  const groups = samples / block;

  const wide = widen(x, left, Math.max(right, 0), plainInput);
  const wideWidth = width + left + Math.max(right, 0);
  let image = padAfter(reshape(wide, [n, items, height * wideWidth * lanes]), 0, samples);
  if (items > 1) image = transpose(image, [1, 0, 2]);
  const samplesAsChannels = reorderInput(reshape(image, [items, samples, height, wideWidth * lanes]));

  const pixels = padAfter(reshape(d, [n, outputs * oh * ow]), 0, samples);
  const filter = reshape(reorderChannelsLast(reshape(pixels, [groups, 1, block, outputs * oh * ow])), [groups * outputs, block, oh, ow]);

  const attributes = { kernel_shape: [oh, ow], pads: [top, 0, Math.max(below, 0), 0], dilations: [strideY, lanes * strideX], group: groups };
  const products = graph.op("Conv", [samplesAsChannels, filter], attributes, { domain: nchwcDomain });

  const rows = kh + Math.max(-below, 0);
  const columns = kw + Math.max(-right, 0);
  // a product with a row of ones sums the groups several times as fast as ReduceSum over an inner axis
  const ones = graph.filled([1, groups], 1);
  let sum = groups === 1 ? products : matMul(ones, reshape(products, [items, groups, (outputs / block) * rows * columns * lanes * block]));
  if (rows > kh || columns > kw) {
    sum = slice(reshape(sum, [items, outputs / block, rows, columns * lanes * block]), [0, 0], [kh, kw * lanes * block], [2, 3]);
  }
  const parts = reshape(sum, [items, outputs / block, kh * kw * lanes * block]);
  return reshape(items > 1 ? transpose(parts, [1, 0, 2]) : parts, weightDims);
}

/** x with columns of zeros left and right. */
function widen(x: Tensor, left: number, right: number, plainInput: boolean): Tensor {
  if (!plainInput) return padImages(x, [0, left, 0, right]);
  return pad(x, [0, 0, 0, left, 0, 0, 0, right]);
}
