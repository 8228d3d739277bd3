/**
 * The blocked layout of ONNX Runtime's processor kernels: channels in blocks of B, the block innermost, [N, C/B, H, W, B].
 * A blocked tensor keeps its NCHW dimensions, as the runtime has it; only the order of its elements differs. Weights of
 * a convolution lie as [O/B, I/B, kh, kw, B (in), B (out)], those of one that reads NCHW input as [O/B, I, kh, kw, B].
 */
import { DescentError } from "../../../common/errors.js";
import type { GraphBuilder, Tensor } from "../../graph/builder.js";

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

/** x with zeros after its end along `axis`, up to `size`; x itself where it has that size. */
export function padAfter(x: Tensor, axis: number, size: number): Tensor {
  if (x.dims[axis] === size) return x;
  const pads = Array<number>(2 * x.rank).fill(0);
  pads[x.rank + axis] = size - x.dims[axis];
  return x.builder.op("Pad", [x, x.builder.ints(pads)]);
}

/** NHWC [N, H, W, C] to blocked. */
export function reorderChannelsLast(x: Tensor): Tensor {
  return x.builder.op("ReorderInput", [x], { channels_last: 1 }, { domain: nchwcDomain });
}

/** Blocked to NCHW, without the channels that only fill up. */
export function reorderOutput(x: Tensor, channels: number): Tensor {
  return x.builder.op("ReorderOutput", [x], { channels }, { domain: nchwcDomain });
}

/** The same elements under other dimensions. */
export function reshape(x: Tensor, dims: readonly number[]): Tensor {
  return x.builder.op("Reshape", [x, x.builder.ints(dims)]);
}

export function transpose(x: Tensor, perm: readonly number[]): Tensor {
  return x.builder.op("Transpose", [x], { perm });
}

const derived = new WeakMap<Tensor, Map<string, Tensor>>();

/** What `make` gives, made once for this tensor and key: rules of several slots share it. */
export function once(of: Tensor, key: string, make: () => Tensor): Tensor {
  const known = derived.get(of) ?? new Map<string, Tensor>();
  derived.set(of, known);
  const tensor = known.get(key) ?? make();
  known.set(key, tensor);
  return tensor;
}

/**
 * Puts phases of an image back in place: `parts` holds, row phase by row phase, images of [N, C, h, w] in blocks; pixel (m, l) of part
 * (a, b) becomes pixel (m rows + a, l columns + b) of the result, [N, C, h rows, w columns].
 */
export function interleave(parts: readonly Tensor[], rows: number, columns: number): Tensor {
  if (parts.length === 1) return parts[0];
  const graph = parts[0].builder;
  const block = blockSizeOf(graph);
  const [n, c, h, w] = parts[0].dims;
  const lines = (n * c) / block * h;
  const stacked = graph.op("Concat", parts.map((part) => reshape(part, [lines, 1, w * block])), { axis: 1 });
  const dims = [n, c, h * rows, w * columns];
  if (columns === 1) return reshape(stacked, dims);
  // read as NHWC with the column phase as width, ReorderInput takes a pixel of each phase by turns
  return reshape(reorderChannelsLast(reshape(stacked, [lines * rows, 1, columns, w * block])), dims);
}

/** A blocked tensor with zeros around its images; `pads` are top, left, bottom, right. */
export function padImages(x: Tensor, pads: readonly [number, number, number, number]): Tensor {
  if (pads.every((pad) => pad === 0)) return x;
  // a depthwise product with 1 is the runtime's parallel way of padding a blocked tensor
  return x.builder.op("Conv", [x, ones(x)], { kernel_shape: [1, 1], group: x.dims[1], pads }, { domain: nchwcDomain });
}

/** A weight of 1 a channel of x, for depthwise products. */
function ones(x: Tensor): Tensor {
  const channels = x.dims[1];
  return x.builder.constant({ type: "float32", dims: [channels, 1, 1, 1], data: new Float32Array(channels).fill(1) });
}

/** Mean of each channel over samples and positions, [C]. */
export function channelMean(x: Tensor): Tensor {
  const graph = x.builder;
  const pooled = graph.op("GlobalAveragePool", [x], {}, { domain: nchwcDomain });
  return graph.op("ReduceMean", [pooled, graph.ints([0, 2, 3])], { keepdims: 0 });
}

/** Sum of each channel over samples and positions, [C]. */
export function channelSum(x: Tensor): Tensor {
  const [n, , h, w] = x.dims;
  return x.builder.op("Mul", [channelMean(x), x.builder.scalar(n * h * w)]);
}

/** d where y > 0, else 0: ReLU's gradient from its output. A product with a step is twice as fast as Where on a processor. */
export function whereActive(y: Tensor, d: Tensor): Tensor {
  const graph = y.builder;
  return graph.op("Mul", [d, graph.op("HardSigmoid", [y], step)]);
}

/** HardSigmoid's arguments that make it a step: 0 up to 0, 1 from 1e-30 on. */
const step = { alpha: { kind: "float", value: 1e30 }, beta: { kind: "float", value: 0 } } as const;
