import { z } from "zod";
import { float } from "../graph/builder.js";
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
    const image = x.rank === 4;
    const channels = channelsOf(exampleShape(x));
    const gamma = args.affine ? parameter("gamma") : graph.constant({ type: "float32", dims: [channels], data: new Float32Array(channels).fill(1) });
    const beta = args.affine ? parameter("beta") : graph.constant({ type: "float32", dims: [channels], data: new Float32Array(channels) });
    const [mean, variance] = [parameter("running_mean"), parameter("running_variance")];
    // BatchNormalization's channels are axis 1: rows [batch, time, features] are read as [batch * time, features].
    const rows = image || x.rank === 2 ? x : graph.op("Reshape", [x, graph.ints([-1, channels])]);
    const back = (y: typeof x): typeof x => (rows === x ? y : graph.op("Reshape", [y, graph.ints([-1, ...exampleShape(x)])]));
    const perChannel = (v: typeof x): typeof x => (image ? graph.op("Reshape", [v, graph.ints([-1, 1, 1])]) : v);
    if (mode === "inference") {
      const epsilon = graph.scalar(args.epsilon);
      const scale = graph.op("Div", [gamma, graph.op("Sqrt", [graph.op("Add", [variance, epsilon])])]);
      const shift = graph.op("Sub", [beta, graph.op("Mul", [mean, scale])]);
      return back(graph.op("Add", [graph.op("Mul", [rows, perChannel(scale)]), perChannel(shift)]));
    }
    return back(trainingForm());

    function trainingForm(): typeof x {
      const count = rows.dims.reduce((product, dim) => product * dim, 1) / channels;
      // ONNX moves the running variance by the biased variance: brought to its scale before, and back after
      const unbiased = count / Math.max(count - 1, 1);
      const biasedVariance = graph.op("Mul", [variance, graph.scalar(1 / unbiased)]);
      const attributes = { training_mode: 1, momentum: float(args.momentum), epsilon: float(args.epsilon) };
      const [y, nextMean, nextVariance] = graph.ops("BatchNormalization", [rows, gamma, beta, mean, biasedVariance], attributes, { outputs: 3 });
      updateStatistic("running_mean", nextMean);
      updateStatistic("running_variance", graph.op("Mul", [nextVariance, graph.scalar(unbiased)]));
      return y;
    }
  },
});

/** Channels of [channels, height, width]; the last axis of anything else. */
function channelsOf(shape: readonly number[]): number {
  return shape.length === 3 ? shape[0] : shape[shape.length - 1];
}
