/** Weights of blocked convolutions: to blocks, as a matrix, and turned for the data gradient. */
import type { Tensor } from "../../graph/builder.js";
import { gather, mul, reshape, transpose } from "../../graph/functions.js";
import { blockSizeOf, padAfter, reorderInput, roundUp } from "./blocked.js";

/** Whether a convolution over this many channels reads its input as NCHW: fewer than a block, the runtime's own rule. */
export function readsPlainInput(inputChannels: number, block: number): boolean {
  return inputChannels < block;
}

/**
 * Weights [O, I, kh, kw] as a blocked convolution wants them: O filled up to whole blocks, I too unless the input is read as NCHW.
 * The result's dimensions are [O, I, kh, kw], filled up. Made of differentiable operators: gradients come back in the plain layout.
 */
export function blockWeights(weights: Tensor): Tensor {
  const block = blockSizeOf(weights.builder);
  const plainInput = readsPlainInput(weights.dims[1], block);
  const filled = padAfter(padAfter(weights, 0, roundUp(weights.dims[0], block)), 1, plainInput ? weights.dims[1] : roundUp(weights.dims[1], block));
  const [o, i, kh, kw] = filled.dims;
  const parts = plainInput
    ? transpose(reshape(filled, [o / block, block, i, kh, kw]), [0, 2, 3, 4, 1])
    : transpose(reshape(filled, [o / block, block, i / block, block, kh, kw]), [0, 2, 4, 5, 3, 1]);
  return reshape(parts, [o, i, kh, kw]);
}

/** Blocked weights as the matrix [I kh kw, O] that turns a pixel of the output's gradient into its window of the input's. */
export function weightsAsMatrix(weights: Tensor): Tensor {
  const block = blockSizeOf(weights.builder);
  const [o, i, kh, kw] = weights.dims;
  const parts = readsPlainInput(i, block)
    ? transpose(reshape(weights, [o / block, i, kh, kw, block]), [1, 2, 3, 0, 4])
    : transpose(reshape(weights, [o / block, i / block, kh, kw, block, block]), [1, 4, 2, 3, 0, 5]);
  return reshape(parts, [i * kh * kw, o]);
}

/**
 * Weights [I, O, ...] of the convolution that gives a data gradient: input and output channels change places, and of the kernel only
 * these taps (rows ky, columns kx) remain, in this order. I has whole blocks. The tiles of B x B are turned by the runtime's
 * ReorderInput, which works in parallel, and put in order by one Gather: faster than Transpose and Slice.
 */
export function turnedWeights(weights: Tensor, rows: readonly number[], columns: readonly number[]): Tensor {
  const graph = weights.builder;
  const block = blockSizeOf(graph);
  const [o, i, kh, kw] = weights.dims;
  const [outBlocks, inBlocks, taps] = [o / block, i / block, kh * kw];
  const tiles = outBlocks * inBlocks * taps;
  const turned = reshape(reorderInput(reshape(weights, [tiles, block, block, 1])), [tiles, block * block]);
  const order: number[] = [];
  for (let inBlock = 0; inBlock < inBlocks; inBlock++) {
    for (let outBlock = 0; outBlock < outBlocks; outBlock++) {
      for (const ky of rows) for (const kx of columns) order.push((outBlock * inBlocks + inBlock) * taps + ky * kw + kx);
    }
  }
  return reshape(gather(turned, graph.ints(order), 0), [i, o, rows.length, columns.length]);
}

/** Blocked weights with each output channel's times a factor, [O]. */
export function timesOutputFactors(weights: Tensor, factors: Tensor): Tensor {
  const block = blockSizeOf(weights.builder);
  const [o, i, kh, kw] = weights.dims;
  // O's blocks come first, the place within them last, whether the input is read as NCHW or not
  return reshape(mul(reshape(weights, [o / block, i * kh * kw, block]), reshape(factors, [o / block, 1, block])), weights.dims);
}
