import type { GraphBuilder, Tensor } from "../graph/builder.js";
import type { Graph } from "../graph/types.js";
import { useBlockSize } from "../ops/nchwc/blocked.js";
import type { Provider } from "../training/backend.js";
import { lowerAttention } from "./attentionHeads.js";
import { lowerConv } from "./blockedConv.js";
import { lowerBatchNormalization } from "./blockedNormalization.js";
import { lowerBinary, lowerUnary } from "./blockedElementwise.js";
import { lowerGlobalAveragePool, lowerPool, lowerRelu } from "./blockedPools.js";
import { lowerFeedForward } from "./feedForward.js";
import { lowerGelu } from "./gelu.js";
import { lowerLayerNormalization } from "./layerNormalization.js";
import { lowerLinear } from "./linearMap.js";
import { lowerLstm } from "./lstm.js";
import { lowerMaxPool } from "./maxPoolWithoutPlaces.js";
import { Site, type LoweringRule } from "./site.js";
import type { LoweringName } from "./table.js";

export interface LoweringFacts {
  readonly lowering: LoweringName;
  /** Channels a block of the processor's kernels, from `probeBlockSize`; null where it has none: everything stays plain. */
  readonly blockSize: number | null;
  /** Threads that the graph will run on; default 1. */
  readonly threads?: number;
  /** What the graph will run on; default "cpu". */
  readonly provider?: Provider;
  /** Tensors that stand for inputs of the forward graph, by the input's name; others are looked up in `into` by their names. */
  readonly inputs?: ReadonlyMap<string, Tensor>;
}

/** In every lowering, where no other rule takes the node: made of ordinary operators, with gradients that compute nothing of the forward pass once more. */
const everywhere: ReadonlyMap<string, LoweringRule> = new Map([["LSTM", lowerLstm], ["LayerNormalization", lowerLayerNormalization], ["Gelu", lowerGelu]]);

/** For WebGPU, before those for everywhere. */
const forWebgpu: ReadonlyMap<string, LoweringRule> = new Map([["MaxPool", lowerMaxPool]]);

/** For a processor's cache, before those for everywhere. */
const forCaches: ReadonlyMap<string, LoweringRule> = new Map([["MatMul", (site, node) => lowerFeedForward(site, node) || lowerAttention(site, node) || lowerLinear(site, node)]]);

/** In the blocked one. By operator of the default domain. */
const rules: ReadonlyMap<string, LoweringRule> = new Map<string, LoweringRule>([
  ["Conv", lowerConv],
  ["MaxPool", lowerPool],
  ["AveragePool", lowerPool],
  ["GlobalAveragePool", lowerGlobalAveragePool],
  ["BatchNormalization", lowerBatchNormalization],
  ["Relu", lowerRelu],
  ...forCaches,
  ...["LeakyRelu", "Elu", "Selu", "Sigmoid", "Tanh", "Softplus", "Softsign", "Gelu", "HardSigmoid", "HardSwish", "Neg", "Abs", "Identity"].map((op) => [op, lowerUnary] as const),
  ...["Add", "Sub", "Mul"].map((op) => [op, lowerBinary] as const),
]);

/**
 * Carries a forward graph into another graph (a step, the body of a loop), before it is differentiated there, in the lowering that was
 * chosen. "plain" copies it, LSTMs unrolled; "webgpu" too, without what that provider lacks. "tiled" keeps what lies between dense layers and within attention in the
 * processor's cache. "blocked" does that too, and puts convolutions and what lies between them into ONNX Runtime's blocked layout, node by node where
 * it pays (see `table.ts`); what it does not know stays as it is. The same function up to float rounding, and its gradients too.
 * All dimensions of blocked values must be known. Returns the tensors of the graph's outputs, by name.
 */
export function lowerForward(forward: Graph, into: GraphBuilder, facts: LoweringFacts): ReadonlyMap<string, Tensor> {
  const blocked = facts.lowering === "blocked" && facts.blockSize !== null;
  if (blocked) useBlockSize(into, facts.blockSize!);
  const site = new Site(forward, into, facts.inputs ?? new Map(), facts.threads ?? 1, facts.provider ?? "cpu");
  const own = blocked ? rules : facts.lowering === "webgpu" ? forWebgpu : facts.lowering === "tiled" ? forCaches : null;
  for (const node of forward.nodes) {
    if (site.isDone(node)) continue;
    if (node.domain !== "" || !(own?.get(node.op)?.(site, node) || everywhere.get(node.op)?.(site, node))) site.copy(node);
  }
  return new Map(forward.outputs.map(({ name }) => [name, site.plain(name)!]));
}
