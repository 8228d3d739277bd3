/** Normalisations of one example: layer_norm, group_norm and instance_norm differ in which values share a mean. */
import { z } from "zod";
import { DescentError } from "../../common/errors.js";
import { float, type Tensor } from "../graph/builder.js";
import { ones, zeros } from "./arguments.js";
import { exampleShape } from "./channels.js";
import type { BuildContext, LayerShapes, ParameterSpec } from "./defineLayer.js";

export const exampleNormArguments = {
  epsilon: z.number().gt(0).default(1e-5).describe("Added to the variance."),
  affine: z.boolean().default(true).describe("Whether gamma and beta are learned."),
};

/** Channels of images and volumes come first, features of sequences and rows last. */
export function channelsOf(shape: readonly number[]): number {
  return shape.length >= 3 ? shape[0] : shape[shape.length - 1];
}

export function normShapes(shape: readonly number[], affine: boolean): LayerShapes {
  const channels = channelsOf(shape);
  const spec = (name: string, init: ParameterSpec["init"]): ParameterSpec => ({ name, shape: [channels], role: "normalization", init, fanIn: channels, fanOut: channels, outputAxis: 0 });
  return { input: shape, output: shape, parameters: affine ? [spec("gamma", ones), spec("beta", zeros)] : [], operations: shape.reduce((product, dim) => product * dim, 1) };
}

/**
 * (x - mean) / sqrt(variance + epsilon), mean and (biased) variance over the positions and the channels of a group, then gamma and beta
 * per channel. Throws `shape-mismatch` where groups do not divide the channels.
 */
export function normalisedByGroups(x: Tensor, groups: number, args: { readonly epsilon: number; readonly affine: boolean }, parameter: BuildContext["parameter"]): Tensor {
  const graph = x.builder;
  const shape = exampleShape(x);
  checkGroups(shape, groups);
  const isSequence = shape.length === 2;
  const first = isSequence ? graph.op("Transpose", [x], { perm: [0, 2, 1] }) : x;
  const y = normalised(graph.op("Reshape", [first, graph.ints([-1, groups, shape.reduce((a, b) => a * b, 1) / groups])]), args.epsilon);
  const back = graph.op("Reshape", [y, graph.ints([-1, ...(isSequence ? [shape[1], shape[0]] : shape)])]);
  const scaled = args.affine ? affine(back, parameter, Math.max(shape.length - 1, 0)) : back;
  return isSequence ? graph.op("Transpose", [scaled], { perm: [0, 2, 1] }) : scaled;
}

/** Throws `shape-mismatch` where groups do not divide the channels. */
export function checkGroups(shape: readonly number[], groups: number): void {
  if (channelsOf(shape) % groups !== 0) throw new DescentError("shape-mismatch", `${groups} groups do not divide the ${channelsOf(shape)} channels of the input [${shape.join(", ")}] evenly.`);
}

/** (x - mean) / sqrt(variance + epsilon) over the last axis. */
export function normalised(x: Tensor, epsilon: number): Tensor {
  const graph = x.builder;
  const last = graph.ints([-1]);
  const centred = graph.op("Sub", [x, graph.op("ReduceMean", [x, last], { keepdims: 1 })]);
  const variance = graph.op("ReduceMean", [graph.op("Mul", [centred, centred]), last], { keepdims: 1 });
  return graph.op("Div", [centred, graph.op("Sqrt", [graph.op("Add", [variance, graph.scalar(epsilon)])])]);
}

/** LayerNormalization over the last axis, with gamma and beta of its length; null: 1 and 0. */
export function normalisedFeatures(x: Tensor, epsilon: number, gamma: Tensor | null, beta: Tensor | null): Tensor {
  return x.builder.op("LayerNormalization", [x, gamma ?? x.builder.filled(exampleShape(x).slice(-1), 1), beta], { axis: -1, epsilon: float(epsilon) });
}

/** gamma x + beta, per channel with `after` axes behind it. */
function affine(x: Tensor, parameter: BuildContext["parameter"], after: number): Tensor {
  const graph = x.builder;
  const perChannel = (v: Tensor): Tensor => (after === 0 ? v : graph.op("Reshape", [v, graph.ints([-1, ...Array<number>(after).fill(1)])]));
  return graph.op("Add", [graph.op("Mul", [x, perChannel(parameter("gamma"))]), perChannel(parameter("beta"))]);
}
