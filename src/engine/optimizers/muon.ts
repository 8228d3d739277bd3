import { z } from "zod";
import type { Tensor } from "../graph/builder.js";
import type { ParameterSpec } from "../layers/defineLayer.js";
import { adamArguments, adamScalars, adamUpdate } from "./adam.js";
import { defineOptimizer, rateArgument } from "./defineOptimizer.js";

const muonArguments = z.strictObject({
  lr: rateArgument(1e-3),
  momentum: z.number().min(0).lt(1).default(0.95).describe("Weight of the old mean of gradients."),
  nesterov: z.boolean().default(true).describe("Looks ahead along the mean."),
  weight_decay: z.number().min(0).default(0.1).describe("Share of each weight taken away, times the rate."),
  iterations: z.int().min(1).max(20).default(5).describe("Newton-Schulz iterations that make the step orthogonal."),
  adjust: z.enum(["original", "match_rms_adamw"]).default("original").describe("original: times sqrt(max(1, out / in)); match_rms_adamw: times 0.2 sqrt(max(out, in)), steps of AdamW's size."),
});
const adamDefaults = z.object(adamArguments).parse({});

/** Coefficients of the quintic iteration, chosen for the steepest slope at zero (Jordan, 2024). */
const [a, b, c] = [3.4445, -4.775, 2.0315];

/**
 * m = momentum m + (1 - momentum) g; w = (1 - lr weight_decay) w - lr adjust orthogonal(g + momentum (m - g)), for matrices of weights
 * (a convolution's as [filters, inputs]); biases and normalisation parameters move by AdamW at the same rate.
 */
export const muon = defineOptimizer({
  kind: "muon",
  summary: "Momentum whose step on each matrix is made orthogonal; vectors move by AdamW.",
  main: "lr",
  source: "Jordan et al., Muon, 2024; Liu et al., Muon is Scalable for LLM Training, 2025; PyTorch's Muon, in float32",
  arguments: muonArguments,
  wholeTensors: true,
  slots: (_, tensor) => (isMatrix(tensor) ? ["mean"] : ["mean", "square"]),
  scalars: (args, rate, step) => ({ ...adamScalars(adamDefaults, rate, step), rate, keep: 1 - rate * args.weight_decay }),
  update(args, context) {
    const { parameter, gradient, slots, scalars, tensor } = context;
    const graph = parameter.builder;
    const kept = graph.op("Mul", [parameter, scalars.keep]);
    if (!isMatrix(tensor)) return adamUpdate(adamDefaults, { ...context, parameter: kept });
    const towards = (from: Tensor, to: Tensor, share: number): Tensor => graph.op("Add", [from, graph.op("Mul", [graph.op("Sub", [to, from]), graph.scalar(share)])]);
    const mean = towards(slots.mean, gradient, 1 - args.momentum);
    const direction = args.nesterov ? towards(gradient, mean, args.momentum) : mean;
    const units = tensor.shape[tensor.outputAxis];
    const inputs = tensor.shape.reduce((product, dim) => product * dim, 1) / units;
    const factor = args.adjust === "original" ? Math.sqrt(Math.max(1, units / inputs)) : 0.2 * Math.sqrt(Math.max(units, inputs));
    const step = graph.op("Mul", [orthogonal(direction, args.iterations), graph.op("Mul", [scalars.rate, graph.scalar(factor)])]);
    return { parameter: graph.op("Sub", [kept, step]), slots: { mean } };
  },
});

/** Whether a tensor maps inputs to units: a matrix, or a convolution's kernels. */
function isMatrix({ role, shape }: ParameterSpec): boolean {
  return role === "weight" && shape.length >= 2;
}

/** x with all its singular values brought near 1, by Newton-Schulz: X = a X + (b G + c G G) X with G = X X^T, from X / |X|. */
function orthogonal(x: Tensor, iterations: number): Tensor {
  const graph = x.builder;
  const flat = x.rank === 2 ? x : graph.op("Reshape", [x, graph.ints([x.dims[0], -1])]);
  const turned = flat.dims[0] > flat.dims[1];
  const transpose = (m: Tensor): Tensor => graph.op("Transpose", [m], { perm: [1, 0] });
  let y = turned ? transpose(flat) : flat;
  const norm = graph.op("Sqrt", [graph.op("ReduceSumSquare", [y], { keepdims: 0 })]);
  y = graph.op("Div", [y, graph.op("Max", [norm, graph.scalar(1e-7)])]);
  for (let i = 0; i < iterations; i++) {
    const gram = graph.op("MatMul", [y, transpose(y)]);
    const update = graph.op("Add", [graph.op("Mul", [gram, graph.scalar(b)]), graph.op("Mul", [graph.op("MatMul", [gram, gram]), graph.scalar(c)])]);
    y = graph.op("Add", [graph.op("Mul", [y, graph.scalar(a)]), graph.op("MatMul", [update, y])]);
  }
  const result = turned ? transpose(y) : y;
  return x.rank === 2 ? result : graph.op("Reshape", [result, graph.ints(x.dims)]);
}
