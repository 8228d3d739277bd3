/** Self-attention over several heads, as `attention` and `transformer` have it. */
import { DescentError } from "../../common/errors.js";
import { defaultInitBefore, zeros } from "./arguments.js";
import type { Tensor } from "../graph/builder.js";
import type { BuildContext, ParameterSpec } from "./defineLayer.js";

/** Weights and biases of a linear map, `<name>_weight` [inputs, outputs] and `<name>_bias`. */
export function linearSpecs(name: string, inputs: number, outputs: number, before = "linear"): ParameterSpec[] {
  const fans = { fanIn: inputs, fanOut: outputs };
  return [
    { name: `${name}weight`, shape: [inputs, outputs], role: "weight", init: defaultInitBefore(before), ...fans, outputAxis: 1 },
    { name: `${name}bias`, shape: [outputs], role: "bias", init: zeros, ...fans, outputAxis: 0 },
  ];
}

/** x W + b over the last axis. */
export function linear(x: Tensor, name: string, parameter: (name: string) => Tensor): Tensor {
  return x.builder.op("Add", [x.builder.op("MatMul", [x, parameter(`${name}weight`)]), parameter(`${name}bias`)]);
}

/** Throws `shape-mismatch` where heads do not divide the features. */
export function checkHeads(features: number, heads: number): void {
  if (features % heads !== 0) throw new DescentError("shape-mismatch", `${heads} heads do not divide the ${features} features of the input evenly.`);
}

/** Queries, keys and values in one map, `qkv_`, and the map of what the heads give, `out_`. */
export function attentionSpecs(prefix: string, features: number): ParameterSpec[] {
  return [...linearSpecs(`${prefix}qkv_`, features, 3 * features), ...linearSpecs(`${prefix}out_`, features, features)];
}

/** Multiply-adds of one example. */
export function attentionOperations(time: number, features: number): number {
  return 4 * time * features * features + 2 * time * time * features;
}

/**
 * softmax(Q K^T / sqrt(d)) V of each head, side by side, through the map `out_`. x is [batch, time, features]; `causal` lets each step
 * see itself and those before it alone; steps that do not count are not seen.
 */
export function selfAttention(x: Tensor, [time, features]: readonly [number, number], heads: number, causal: boolean, prefix: string, { parameter, steps }: Pick<BuildContext, "parameter" | "steps">): Tensor {
  const graph = x.builder;
  const width = features / heads;
  const qkv = graph.op("Reshape", [linear(x, `${prefix}qkv_`, parameter), graph.ints([-1, time, 3, heads, width])]);
  const [q, k, v] = graph.ops("Split", [graph.op("Transpose", [qkv], { perm: [2, 0, 3, 1, 4] })], { axis: 0, num_outputs: 3 }, { outputs: 3 }).map((part) => graph.op("Squeeze", [part, graph.ints([0])]));
  const scores = graph.op("Mul", [graph.op("MatMul", [q, graph.op("Transpose", [k], { perm: [0, 1, 3, 2] })]), graph.scalar(1 / Math.sqrt(width))]);
  const unseen = steps === null ? scores : graph.op("Add", [scores, graph.op("Mul", [graph.op("Reshape", [graph.op("Sub", [graph.scalar(1), steps]), graph.ints([-1, 1, 1, time])]), graph.scalar(-1e30)])]);
  const seen = causal ? graph.op("Add", [unseen, future(graph, time)]) : unseen;
  const mixed = graph.op("Transpose", [graph.op("MatMul", [graph.op("Softmax", [seen], { axis: -1 }), v])], { perm: [0, 2, 1, 3] });
  return linear(graph.op("Reshape", [mixed, graph.ints([-1, time, features])]), `${prefix}out_`, parameter);
}

/** [time, time]: minus infinity, as far as float32 goes, where the column lies after the row. */
function future(graph: Tensor["builder"], time: number): Tensor {
  return graph.constant({ type: "float32", dims: [time, time], data: Float32Array.from({ length: time * time }, (_, i) => (i % time > Math.floor(i / time) ? -1e30 : 0)) });
}
