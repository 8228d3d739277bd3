import { z } from "zod";
import { float, type Tensor } from "../graph/builder.js";
import { ones, zeros } from "./arguments.js";
import { exampleShape } from "./channels.js";
import { defineLayer, type ParameterSpec } from "./defineLayer.js";

/**
 * y = gamma (x - mean) / sqrt(variance + epsilon) + beta, per channel of images, per value of the last axis else.
 * Training uses the batch's mean and (biased) variance and moves the running ones, the variance in its unbiased form, as PyTorch does.
 */
export const batchNorm = defineLayer({
  kind: "batch_norm",
  summary: "Normalises each channel by the batch's mean and variance; at inference by their moving averages.",
  source: "Ioffe and Szegedy, Batch Normalization, 2015",
  arguments: z.strictObject({
    momentum: z.number().min(0).lt(1).default(0.9).describe("Weight of the old moving average."),
    epsilon: z.number().gt(0).default(1e-5).describe("Added to the variance."),
    affine: z.boolean().default(true).describe("Whether gamma and beta are learned."),
  }),
  shapes(args, { shape }) {
    const channels = channelsOf(shape);
    const spec = (name: string, role: ParameterSpec["role"], init: ParameterSpec["init"]): ParameterSpec => ({
      name, shape: [channels], role, init, fanIn: channels, fanOut: channels, outputAxis: 0,
    });
    const learned = args.affine ? [spec("gamma", "normalization", ones), spec("beta", "normalization", zeros)] : [];
    const statistics = [spec("running_mean", "statistic", zeros), spec("running_variance", "statistic", ones)];
    return { input: shape, output: shape, parameters: [...learned, ...statistics], operations: shape.reduce((product, dim) => product * dim, 1) };
  },
  build(args, x, { mode, parameter, updateStatistic }) {
    const graph = x.builder;
    const image = x.rank >= 4;
    const channels = channelsOf(exampleShape(x));
    const gamma = args.affine ? parameter("gamma") : graph.constant({ type: "float32", dims: [channels], data: new Float32Array(channels).fill(1) });
    const beta = args.affine ? parameter("beta") : graph.constant({ type: "float32", dims: [channels], data: new Float32Array(channels) });
    const [mean, variance] = [parameter("running_mean"), parameter("running_variance")];
    // BatchNormalization's channels are axis 1: rows [batch, time, features] are read as [batch * time, features].
    const rows = image || x.rank === 2 ? x : graph.op("Reshape", [x, graph.ints([-1, channels])]);
    const back = (y: typeof x): typeof x => (rows === x ? y : graph.op("Reshape", [y, graph.ints([-1, ...exampleShape(x)])]));
    if (mode === "inference") return back(graph.op("BatchNormalization", [rows, gamma, beta, mean, variance], { epsilon: float(args.epsilon) }));
    const made = normalisedInTraining(rows, { gamma, beta, mean, variance }, args);
    updateStatistic("running_mean", made.mean);
    updateStatistic("running_variance", made.variance);
    return back(made.y);
  },
});

/** The tensors of a batch normalisation, a value a channel each. */
export interface NormalisationTensors {
  readonly gamma: Tensor;
  readonly beta: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** x [batch, channels, ...] normalised by the batch's mean and variance, and the running ones moved by them. */
export function normalisedInTraining(
  x: Tensor,
  { gamma, beta, mean, variance }: NormalisationTensors,
  { momentum, epsilon }: { readonly momentum: number; readonly epsilon: number },
): { readonly y: Tensor; readonly mean: Tensor; readonly variance: Tensor } {
  const graph = x.builder;
  const count = x.dims.reduce((product, dim) => product * dim, 1) / x.dims[1];
  // ONNX moves the running variance by the biased variance: brought to its scale before, and back after
  const unbiased = count / Math.max(count - 1, 1);
  const biasedVariance = graph.op("Mul", [variance, graph.scalar(1 / unbiased)]);
  const attributes = { training_mode: 1, momentum: float(momentum), epsilon: float(epsilon) };
  const [y, nextMean, nextVariance] = graph.ops("BatchNormalization", [x, gamma, beta, mean, biasedVariance], attributes, { outputs: 3 });
  return { y, mean: nextMean, variance: graph.op("Mul", [nextVariance, graph.scalar(unbiased)]) };
}

/** Channels of images and volumes, which come first; the last axis of anything else. */
function channelsOf(shape: readonly number[]): number {
  return shape.length >= 3 ? shape[0] : shape[shape.length - 1];
}
