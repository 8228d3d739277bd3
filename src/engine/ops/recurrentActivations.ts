/** The activations that recurrent operators name in their attributes. */
import { DescentError } from "../../common/errors.js";
import { float, type Tensor } from "../graph/builder.js";
import { sigmoid, tanh } from "../graph/functions.js";
import type { Call } from "./defineOperator.js";

export type Activation = (x: Tensor) => Tensor;

/** What an activation takes from the lists of alphas and betas, and ONNX's values where these are too short. */
interface Kind {
  readonly alpha?: number;
  readonly beta?: number;
  readonly apply: (x: Tensor, alpha: number, beta: number) => Tensor;
}

const one = (op: string) => (x: Tensor): Tensor => x.builder.op(op, [x]);
const withAlpha = (op: string) => (x: Tensor, alpha: number): Tensor => x.builder.op(op, [x], { alpha: float(alpha) });

const kinds: Readonly<Record<string, Kind>> = {
  relu: { apply: one("Relu") },
  tanh: { apply: tanh },
  sigmoid: { apply: sigmoid },
  softsign: { apply: one("Softsign") },
  softplus: { apply: one("Softplus") },
  leakyrelu: { alpha: 0.01, apply: withAlpha("LeakyRelu") },
  thresholdedrelu: { alpha: 1, apply: withAlpha("ThresholdedRelu") },
  elu: { alpha: 1, apply: withAlpha("Elu") },
  hardsigmoid: { alpha: 0.2, beta: 0.5, apply: (x, alpha, beta) => x.builder.op("HardSigmoid", [x], { alpha: float(alpha), beta: float(beta) }) },
  affine: { alpha: 1, beta: 0, apply: (x, alpha, beta) => x.builder.op("Add", [x.builder.op("Mul", [x, scalar(x, alpha)]), scalar(x, beta)]) },
  scaledtanh: { alpha: 1, beta: 1, apply: (x, alpha, beta) => x.builder.op("Mul", [tanh(x.builder.op("Mul", [x, scalar(x, beta)])), scalar(x, alpha)]) },
};

function scalar(x: Tensor, value: number): Tensor {
  return x.builder.scalar(value, x.type === "float64" ? "float64" : "float32");
}

/** The activations of all directions in the order of the attribute, each after the clipping that the call asks for. Throws `operator-attribute` for an unknown name. */
export function activationsOf(call: Call, defaults: readonly string[]): readonly Activation[] {
  const unclipped = call.node.op === "LSTM" ? 2 : null;
  const directions = call.text("direction", "forward") === "bidirectional" ? 2 : 1;
  const names = call.attribute("activations", "strings") ?? Array.from({ length: directions }, () => defaults).flat();
  const alphas = [...(call.attribute("activation_alpha", "floats") ?? [])];
  const betas = [...(call.attribute("activation_beta", "floats") ?? [])];
  const bound = call.attribute("clip", "float");
  return names.map((name, position): Activation => {
    const kind = kinds[name.toLowerCase()];
    if (kind === undefined) throw new DescentError("operator-attribute", `${call.node.op} (node ${call.node.name}) names an unknown activation, ${name}.`);
    const alpha = kind.alpha === undefined ? 0 : (alphas.shift() ?? kind.alpha);
    const beta = kind.beta === undefined ? 0 : (betas.shift() ?? kind.beta);
    // ONNX Runtime does not clip what LSTM's third activation, that of the cell, takes
    const clips = bound !== undefined && bound > 0 && position % 3 !== unclipped;
    return (x) => kind.apply(!clips ? x : x.builder.op("Clip", [x, scalar(x, -bound), scalar(x, bound)]), alpha, beta);
  });
}
