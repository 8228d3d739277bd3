/**
 * Which form of a training step is chosen, for which provider and sizes, and what was measured. Machine of the measurements unless
 * said otherwise: 2 cores with AVX-512 (blocks of 16), onnxruntime-node 1.30.0, PyTorch 2.13 eager, one thread.
 */
import type { Provider } from "../training/backend.js";

/** Names of lowerings of a whole forward graph, as a model's tuning keeps them. */
export type LoweringName = "plain" | "tiled" | "blocked" | "webgpu";

export interface Lowering {
  readonly name: LoweringName;
  readonly providers: readonly Provider[];
  readonly what: string;
  readonly measured: string;
}

/** In order of preference. */
export const lowerings: readonly Lowering[] = [
  {
    name: "blocked",
    providers: ["cpu"],
    what: "Convolutions and what lies between them in ONNX Runtime's blocked layout (domain com.microsoft.nchwc).",
    measured: "LeNet 16-32, batch 64: 5.5 ms a step, plain 12.9, PyTorch 9 to 12; seven 3x3 convolutions with batch norm, 32x32: 61 ms, plain 131, PyTorch 70 to 80.",
  },
  {
    name: "tiled",
    providers: ["cpu"],
    what: "Attention head by head, two dense layers around GELU in pieces of rows, layer norms' scales within the weights of what follows: what lies between stays in the cache. Part of the blocked form too.",
    measured: "GPT of 2 blocks, width 128, 64 steps, batch 16: 29.8 ms a step, plain 36.2, PyTorch 28.4.",
  },
  {
    name: "webgpu",
    providers: ["webgpu"],
    what: "The operators as the model has them, but for those that ONNX Runtime's WebGPU provider lacks: the places of a pool's largest are found by comparing.",
    measured: "Not for speed: a max pool's gradient is refused without it (\"The Indices output is not supported yet\"). Losses equal the processor's within 1e-6 on a software adapter.",
  },
  {
    name: "plain",
    providers: ["cpu", "cuda"],
    what: "The operators as the model has them.",
    measured: "MLP 784-128-64-10, batch 64: 0.60 ms a step, PyTorch 1.06 to 1.15.",
  },
];

export interface ConvolutionSizes {
  readonly samples: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
  readonly block: number;
}

/** Choices within the blocked lowering. */
export const forms = {
  convolution: {
    measured: "A blocked training step of a convolution is about 2.5 times as fast as the plain one, so channels and samples that only fill up blocks may be as many again as real ones.",
    /** Whether a convolution is worth putting in blocks: products on filled-up channels and samples at most double the work. */
    pays: ({ samples, inputChannels, outputChannels, block }: ConvolutionSizes): boolean => {
      const fill = (count: number): number => (Math.ceil(count / block) * block) / count;
      const inputFill = inputChannels < block ? 1 : fill(inputChannels);
      // forward and data gradient do without samples in blocks; the weight gradient, a third of the products, does not
      return fill(outputChannels) * inputFill * ((2 + fill(samples)) / 3) <= 2;
    },
  },
  lstm: {
    measured: "28 steps of 28 features, 128 units, batch 64, on a busy machine, by turns with PyTorch: 9.2 ms a step, 0.91 times its speed; the cell differentiated node by node 12.2 ms, 0.76 times.",
    /** Sequences up to this long are unrolled in the fast form; longer ones keep the operator, whose gradient runs a Scan. */
    longestUnrolled: 128,
    /** Steps that are put side by side for a product of the weights' gradients: all 28 take 9.1 to 9.3 ms a step, 7 or 14 9.1, 4 or 2 8.8 to 8.9 (quieter machine, PyTorch 8.3). */
    stepsTogether: 4,
  },
  tiles: {
    measured: "1,024 rows of 512 values: four pieces of 131,072 values 31.2 ms a step, pieces of half or twice that, or one, 32.5. Two threads: 21.4; two pieces 19.8, one 20.2, the plain form 20.7 (least of 12).",
    /** Pieces for so many values between two dense layers: a piece of each of the four tensors that are at work fits a cache of 2 MB a core; too many pieces would make the graph large. */
    count: (values: number, threads: number): number => {
      const pieces = Math.ceil(values / (131072 * threads));
      return pieces <= 16 ? pieces : 1;
    },
  },
  attention: {
    measured: "4 heads of 64 steps, 32 wide: copies take 0.5 ms a layer, where transposing, splitting and joining all heads takes 1.2 of 18.",
    /** Whether heads are computed one by one. */
    byHead: (heads: number): boolean => heads <= 8,
  },
  weights: {
    measured: "Weights stay in ONNX's order between steps and are put in blocks within each: 2 % of LeNet's step, and statistics, penalties and checkpoints see one order.",
  },
  maxPoolGradient: {
    measured: "To the first largest value of each window, 64x16x24x24: 1.00 ms; to all of them 0.79 (wrong where they tie, as blank image regions do), shared among them 0.95.",
  },
  dataGradient: {
    measured: "LeNet's second convolution that way 5.6 ms a step, with a flipped Conv 6.5. 5x5, 8x8 to 12x12, 32 to 16 channels: products a window and Col2Im 1.4 ms, flipped blocked Conv (2.25 times the products) 2.2 ms; with padding that keeps the size 5.5 against 2.7 ms.",
    /** Whether products a window of the output beat a flipped kernel over all of the input. */
    byColumns: (inputPixels: number, outputPixels: number): boolean => inputPixels > 1.6 * outputPixels,
  },
} as const;
