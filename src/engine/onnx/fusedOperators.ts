/** What ONNX Runtime's optimizer fuses (domain com.microsoft), written again in operators of the standard, which have shapes and gradients. */
import { DescentError } from "../../common/errors.js";
import { float, type AttributeInput, type Tensor } from "../graph/builder.js";
import { add, concat, dimOf, div, erf, matMul, mul, reduceMean, reshape, scale, scalarLike, shift, sigmoid, slice, softmax, split, sqrt, square, tanh, transpose, transposeLast, unsqueeze, where } from "../graph/functions.js";
import { axesOf } from "../graph/shapes.js";
import type { Node } from "../graph/types.js";
import { callOf } from "../ops/call.js";
import type { Call } from "../ops/defineOperator.js";
import type { ImportedValue, Scope } from "./importedValues.js";

type Inputs = readonly (Tensor | null)[];

/** By operator: its outputs, from its inputs by position. */
const forms: Readonly<Record<string, (call: Call, inputs: Inputs) => readonly (Tensor | null)[]>> = {
  FusedConv: (call, inputs) => {
    const [x, w, bias, sum] = inputs;
    const convolved = given(x).builder.op("Conv", [given(x), given(w), bias ?? null], without(call.node, ["activation", "activation_params"]));
    const params = call.attribute("activation_params", "floats") ?? [];
    return [activated(call, sum ? add(convolved, sum) : convolved, params)];
  },
  FusedGemm: (call, inputs) => {
    const product = given(inputs[0]).builder.op("Gemm", inputs, without(call.node, ["activation", "activation_alpha", "activation_beta", "activation_gamma"]));
    return [activated(call, product, [call.float("activation_alpha", 0.01), call.float("activation_beta", 0)])];
  },
  FusedMatMul: (call, [a, b]) => {
    const operand = (x: Tensor, last: boolean, batch: boolean): Tensor => {
      // the first dimension and those of the batch between exchanged: [batch..., rows, k] came as [rows, batch..., k]
      const axes = axesOf(null, x.rank);
      const ordered = batch ? transpose(x, [...axes.slice(1, -1), 0, axes.length - 1]) : x;
      return last ? transposeLast(ordered) : ordered;
    };
    const left = operand(given(a), call.int("transA", 0) === 1, call.int("transBatchA", 0) === 1);
    const right = operand(given(b), call.int("transB", 0) === 1, call.int("transBatchB", 0) === 1);
    return [scale(matMul(left, right), call.float("alpha", 1))];
  },
  Gelu: (_, [x]) => [gelu(given(x))],
  BiasGelu: (_, [x, bias]) => [gelu(add(given(x), given(bias)))],
  FastGelu: (_, [x, bias]) => [fastGelu(bias ? add(given(x), bias) : given(x))],
  QuickGelu: (call, [x]) => [mul(given(x), sigmoid(scale(given(x), call.float("alpha", 1.702))))],
  SkipLayerNormalization: (call, [x, skip, gamma, beta, bias]) => {
    const sum = summed([x, skip, bias]);
    return [layerNormalized(call, sum, given(gamma), beta ?? null), null, null, sum];
  },
  SkipSimplifiedLayerNormalization: (call, [x, skip, gamma, bias]) => {
    const sum = summed([x, skip, bias]);
    return [rootMeanSquareNormalized(call, sum, given(gamma), -1), null, null, sum];
  },
  SimplifiedLayerNormalization: (call, [x, gamma]) => [rootMeanSquareNormalized(call, given(x), given(gamma), call.int("axis", -1))],
  EmbedLayerNormalization: (call, [words, segments, wordTable, placeTable, segmentTable, gamma, beta, , places]) => {
    const g = given(words).builder;
    const ofWords = g.op("Gather", [given(wordTable), given(words)], { axis: 0 });
    const places0 = places ?? g.op("Range", [g.scalar(0, "int64"), reshape(dimOf(given(words), 1), []), g.scalar(1, "int64")]);
    const ofPlaces = g.op("Gather", [given(placeTable), places0], { axis: 0 });
    const ofSegments = segments && segmentTable ? g.op("Gather", [segmentTable, segments], { axis: 0 }) : null;
    const sum = summed([ofWords, ofPlaces, ofSegments]);
    return [layerNormalized(call, sum, given(gamma), given(beta)), null, sum];
  },
  MultiHeadAttention: (call, [query, key, value, bias, keyMask, scoreBias, pastKey]) => {
    if (!key || !value || pastKey) throw unsupported(call, "packed or past keys and values");
    const [q, k, v] = bias ? biased([given(query), key, value], bias) : [given(query), key, value];
    return [attended(call, { q, k, v, keyMask: keyMask ?? null, scoreBias: scoreBias ?? null })];
  },
  Attention: (call, [x, weights, bias, keyMask, past, scoreBias]) => {
    if (past) throw unsupported(call, "a past");
    const projected = matMul(given(x), given(weights));
    const all = bias ? add(projected, bias) : projected;
    const width = given(weights).dims[1] / 3;
    const [q, k, v] = split(all, [...(call.ints("qkv_hidden_sizes") ?? [width, width, width])], 2, 3);
    return [attended(call, { q, k, v, keyMask: keyMask ?? null, scoreBias: scoreBias ?? null })];
  },
  Trilu: (call, inputs) => [given(inputs[0]).builder.op("Trilu", inputs, call.node.attributes)],
};

/** Whether the node is a fusion that is written again; ONNX Runtime puts one of them into the standard's own domain. */
export function isFused(node: Node): boolean {
  return node.domain === "com.microsoft" ? node.op in forms : node.domain === "" && node.op === "SimplifiedLayerNormalization";
}

/** What the fused node's outputs stand for; null for those that nobody reads in practice: statistics, masks. Throws `onnx-unsupported` for forms that are not followed, naming operator and node. */
export function unfused(scope: Scope, node: Node): readonly (ImportedValue | null)[] {
  const inputs = node.inputs.map((name) => (name === "" ? null : scope.tensor(name)));
  const call = callOf(node, inputs, scope.builder.opset);
  return forms[node.op](call, inputs);
}

function unsupported({ node }: Call, what: string): DescentError {
  return new DescentError("onnx-unsupported", `The operator com.microsoft.${node.op} (node ${node.name}) with ${what} is not supported. Export the model without ONNX Runtime's optimizer.`);
}

function given(x: Tensor | null | undefined): Tensor {
  if (!x) throw new DescentError("operator-input-missing", "A fused operator lacks one of its inputs.");
  return x;
}

function without(node: Node, names: readonly string[]): Record<string, AttributeInput> {
  return Object.fromEntries(Object.entries(node.attributes).filter(([name]) => !names.includes(name)));
}

function activated(call: Call, x: Tensor, params: readonly number[]): Tensor {
  const kind = call.text("activation", "");
  const [first, second] = params;
  const g = x.builder;
  switch (kind) {
    case "":
      return x;
    case "LeakyRelu":
      return g.op("LeakyRelu", [x], { alpha: float(first ?? 0.01) });
    case "HardSigmoid":
      return g.op("HardSigmoid", [x], { alpha: float(first ?? 0.2), beta: float(second ?? 0.5) });
    case "Clip":
      return g.op("Clip", [x, scalarLike(x, first), scalarLike(x, second)]);
    case "Relu":
    case "Tanh":
    case "Sigmoid":
    case "Softplus":
    case "Softsign":
    case "Elu":
      return g.op(kind, [x]);
    default:
      throw unsupported(call, `the activation ${kind}`);
  }
}

function gelu(x: Tensor): Tensor {
  return mul(scale(x, 0.5), shift(erf(scale(x, Math.SQRT1_2)), 1));
}

function fastGelu(x: Tensor): Tensor {
  const inner = mul(scale(x, Math.sqrt(2 / Math.PI)), shift(scale(square(x), 0.044715), 1));
  return mul(scale(x, 0.5), shift(tanh(inner), 1));
}

function summed(terms: Inputs): Tensor {
  return terms.filter((term): term is Tensor => term !== null && term !== undefined).reduce(add);
}

function layerNormalized(call: Call, x: Tensor, gamma: Tensor, beta: Tensor | null): Tensor {
  return x.builder.op("LayerNormalization", [x, gamma, beta], { axis: -1, epsilon: float(call.float("epsilon", 1e-12)) });
}

function rootMeanSquareNormalized(call: Call, x: Tensor, gamma: Tensor, axis: number): Tensor {
  const axes = axesOf(null, x.rank).slice(axis);
  const size = sqrt(shift(reduceMean(square(x), axes, true), call.float("epsilon", 1e-5)));
  return mul(div(x, size), gamma);
}

/** Each of query, key and value with its part of one vector of biases. */
function biased(parts: readonly [Tensor, Tensor, Tensor], bias: Tensor): readonly [Tensor, Tensor, Tensor] {
  const [q, k, v] = parts;
  const [width, last] = [q.shape?.[2] as number, v.shape?.[2] as number];
  const part = (from: number, to: number): Tensor => slice(bias, [from], [to], [0]);
  return [add(q, part(0, width)), add(k, part(width, 2 * width)), add(v, part(2 * width, 2 * width + last))];
}

interface Attended {
  readonly q: Tensor;
  readonly k: Tensor;
  readonly v: Tensor;
  readonly keyMask: Tensor | null;
  readonly scoreBias: Tensor | null;
}

/** [N, length, width] by heads, softmax of the scaled products with what is added to them, times the values. */
function attended(call: Call, { q, k, v, keyMask, scoreBias }: Attended): Tensor {
  const g = q.builder;
  const heads = call.int("num_heads", 1);
  const byHeads = (x: Tensor): Tensor => (x.rank === 4 ? x : transpose(reshape(x, [0, 0, heads, -1]), [0, 2, 1, 3]));
  const width = byHeads(q).shape?.[3];
  if (typeof width !== "number") throw unsupported(call, "a width that is not known");
  const factor = call.float("scale", 0) || 1 / Math.sqrt(width);
  let scores = scale(matMul(byHeads(q), transposeLast(byHeads(k))), factor);
  if (scoreBias !== null) scores = add(scores, scoreBias);
  const filter = scalarLike(scores, call.float("mask_filter_value", -10000));
  if (keyMask !== null) {
    if (keyMask.rank !== 2) throw unsupported(call, "a mask of lengths");
    const kept = unsqueeze(g.op("Cast", [keyMask], { to: 9 }), [1, 2]);
    scores = add(scores, where(kept, scalarLike(scores, 0), filter));
  }
  if (call.int("unidirectional", 0) === 1) {
    const square0 = g.op("Expand", [g.scalar(1, "float32"), concat([dimOf(byHeads(q), 2), dimOf(byHeads(k), 2)], 0)]);
    const seen = g.op("Cast", [g.op("Trilu", [square0], { upper: 0 })], { to: 9 });
    scores = where(seen, scores, filter);
  }
  return reshape(transpose(matMul(softmax(scores, -1), byHeads(v)), [0, 2, 1, 3]), [0, 0, -1]);
}
