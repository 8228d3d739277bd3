/**
 * The blocked layout of ONNX Runtime's processor kernels: channels in blocks of B, the block innermost, [N, C/B, H, W, B].
 * A blocked tensor keeps its NCHW dimensions, as the runtime has it; only the order of its elements differs. Weights of
 * a convolution lie as [O/B, I/B, kh, kw, B (in), B (out)], those of one that reads NCHW input as [O/B, I, kh, kw, B].
 */
import { DescentError } from "../../../common/errors.js";
import type { GraphBuilder, Tensor } from "../../graph/builder.js";
import { assembled, type Parts } from "../../graph/assembled.js";
import { concat, mul, pad, reduceMean, reduceSum, reshape, scale, step } from "../../graph/functions.js";
import type { GradientContext } from "../defineOperator.js";
import { giveOwnGradient } from "../ownGradient.js";

/** Domain of the blocked operators. */
export const nchwcDomain = "com.microsoft.nchwc";

const blockSizes = new WeakMap<GraphBuilder, number>();

/** Says that blocked values of this graph have blocks of `size` channels: a fact of the machine that will run it. */
export function useBlockSize(graph: GraphBuilder, size: number): void {
  blockSizes.set(graph, size);
}

/** Channels a block, from this graph or the one around it; throws `block-size-unknown`. */
export function blockSizeOf(graph: GraphBuilder): number {
  for (let at: GraphBuilder | null = graph; at !== null; at = at.parent) {
    const size = blockSizes.get(at);
    if (size !== undefined) return size;
  }
  throw new DescentError("block-size-unknown", "This graph has blocked operators, but nothing says how many channels a block has on this machine.");
}

/** The next multiple of `size`, as channels are filled up. */
export function roundUp(count: number, size: number): number {
  return Math.ceil(count / size) * size;
}

/** NCHW to blocked; channels are filled up with zeros to whole blocks. */
export function reorderInput(x: Tensor): Tensor {
  // the runtime fills up by itself where the count is a multiple of 4, and refuses others
  const whole = x.dims[1] % 4 === 0 ? x : padAfter(x, 1, roundUp(x.dims[1], blockSizeOf(x.builder)));
  return x.builder.op("ReorderInput", [whole], {}, { domain: nchwcDomain });
}

/** x with zeros after its end along `axis`, up to `size`. */
export function padAfter(x: Tensor, axis: number, size: number): Tensor {
  const pads = Array<number>(2 * x.rank).fill(0);
  pads[x.rank + axis] = size - x.dims[axis];
  return pad(x, pads);
}

/** NHWC [N, H, W, C] to blocked. */
export function reorderChannelsLast(x: Tensor): Tensor {
  return x.builder.op("ReorderInput", [x], { channels_last: 1 }, { domain: nchwcDomain });
}

/** Blocked to NCHW, without the channels that only fill up. */
export function reorderOutput(x: Tensor, channels: number): Tensor {
  return x.builder.op("ReorderOutput", [x], { channels }, { domain: nchwcDomain });
}

/**
 * Puts phases of an image of these dimensions [N, C, H, W] in place: `parts` holds, row phase by row phase, images [N, C, H / rows, W / columns] in blocks; pixel
 * (m, l) of part (a, b) becomes pixel (m rows + a, l columns + b) of the result. Sums of such images are put in place once, part by part.
 */
export function interleave(graph: GraphBuilder, parts: Parts, dims: readonly number[], rows: number, columns: number): Tensor {
  const [n, c, height, width] = dims;
  const zeros = (): Tensor => graph.op("ConstantOfShape", [graph.ints([n, c, height / rows, width / columns])]);
  if (parts.length === 1) return parts[0] ?? zeros();
  return assembled(`image ${dims.join()} of ${rows} x ${columns} phases`, parts, (given) => inPlace(given.map((part) => part ?? zeros()), dims, rows, columns));
}

function inPlace(parts: readonly Tensor[], dims: readonly number[], rows: number, columns: number): Tensor {
  const block = blockSizeOf(parts[0].builder);
  const [n, c, height, width] = dims;
  const lines = ((n * c) / block) * (height / rows);
  const line = (width / columns) * block;
  const stacked = concat(parts.map((part) => reshape(part, [lines, 1, line])), 1);
  if (columns === 1) return reshape(stacked, dims);
  // read as NHWC with the column phase as width, ReorderInput takes a pixel of each phase by turns
  return reshape(reorderChannelsLast(reshape(stacked, [lines * rows, 1, columns, line])), dims);
}

/** A blocked tensor with zeros around its images; `pads` are top, left, bottom, right. */
export function padImages(x: Tensor, pads: readonly [number, number, number, number]): Tensor {
  // a depthwise product with 1 is the runtime's parallel way of padding a blocked tensor
  return pads.every((pad) => pad === 0) ? x : depthwise(x, null, { pads });
}

/** Every `rows`-th row and `columns`-th column of a blocked image whose sizes these divide: its first phase. */
export function firstPhase(x: Tensor, rows: number, columns: number): Tensor {
  const picked = depthwise(x, null, { strides: [rows, columns] });
  const others = Array<null>(rows * columns - 1).fill(null);
  return giveOwnGradient(picked, { X: ({ outputGradients: [d] }) => d && interleave(x.builder, [d, ...others], x.dims, rows, columns), W: "zero", B: "zero", Sum: "zero" });
}

interface DepthwiseOptions {
  /** One element a channel, added. */
  readonly bias?: Tensor;
  /** A blocked tensor of the result's shape, added. */
  readonly sum?: Tensor | null;
  readonly relu?: boolean;
  readonly pads?: readonly number[];
  readonly strides?: readonly number[];
}

/** x times one factor a channel (null: 1), plus what the options add: one pass over the tensor. */
export function depthwise(x: Tensor, factors: Tensor | null, { bias, sum, relu, pads, strides }: DepthwiseOptions): Tensor {
  const channels = x.dims[1];
  const weights = factors === null ? x.builder.filled([channels, 1, 1, 1], 1) : reshape(factors, [channels, 1, 1, 1]);
  const attributes = { kernel_shape: [1, 1], group: channels, ...(pads && { pads }), ...(strides && { strides }), ...(relu && { activation: "Relu" }) };
  return x.builder.op("Conv", [x, weights, bias ?? null, sum ?? null], attributes, { domain: nchwcDomain });
}

/** Sum of a b of each channel over samples and positions, [C]: each image of b is the filter of a's, so no product is written. */
export function channelDot(a: Tensor, b: Tensor): Tensor {
  const [n, c, h, w] = a.dims;
  const images = a.builder.op("Conv", [reshape(a, [1, n * c, h, w]), reshape(b, [n * c, 1, h, w])], { kernel_shape: [h, w], group: n * c }, { domain: nchwcDomain });
  return reduceSum(reshape(images, [n, c]), [0]);
}

/** The gradient of a Conv's output y before its fused ReLU; computed once a call. */
export function passed({ outputGradients: [d], text, shared }: GradientContext, y: Tensor): Tensor {
  return text("activation", "") === "Relu" ? shared("through ReLU", () => mul(d!, step(y))) : d!;
}

/** Mean of each channel over samples and positions, [C]. */
export function channelMean(x: Tensor): Tensor {
  return reduceMean(x.builder.op("GlobalAveragePool", [x], {}, { domain: nchwcDomain }), [0, 2, 3]);
}

/** A gradient as another one times a factor a channel. */
interface Factored {
  readonly d: Tensor;
  /** [C]. */
  readonly factors: Tensor;
}

const factored = new WeakMap<Tensor, Factored>();

/** d times a factor a channel, [C]; a convolution that takes this for its gradient puts the factors into its weights instead, and the product is never computed. */
export function timesFactors(d: Tensor, factors: Tensor): Tensor {
  const product = depthwise(d, factors, {});
  factored.set(product, { d, factors });
  return product;
}

/** What `timesFactors` made of what; of other tensors themselves, without factors. */
export function factorsOf(d: Tensor): Factored | { readonly d: Tensor; readonly factors: null } {
  return factored.get(d) ?? { d, factors: null };
}

const summands = new WeakMap<Tensor, Tensor>();

/** Says that each channel of x sums to the same as that of a smaller tensor, which `channelSum` then reads instead. */
export function sumsAs(x: Tensor, smaller: Tensor): Tensor {
  summands.set(x, smaller);
  return x;
}

/** Sum of each channel over samples and positions, [C]. */
export function channelSum(x: Tensor): Tensor {
  const read = summands.get(x) ?? x;
  const [n, , h, w] = read.dims;
  return scale(channelMean(read), n * h * w);
}
