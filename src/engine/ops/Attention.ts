import type { Tensor } from "../graph/builder.js";
import {
  add, and, cast, concat, dimOf, div, keepWhere, less, matMul, not, reduceMax, reshape, scalarLike, scale, shapeOf, softmax, sqrt, sub, tanh, transpose, transposeLast, unsqueeze, where,
} from "../graph/functions.js";
import { dimProduct, dimQuotient } from "../graph/shapes.js";
import type { Dim } from "../graph/types.js";
import { defineOperator, type Call, type GradientContext } from "./defineOperator.js";
import { throughForm } from "./equivalentForm.js";

/** Y = softmax(Q K' scale + mask) V by heads, with softly capped scores, keys of the past, and groups of queries that share a key. ONNX Attention-24. */
export const Attention = defineOperator("Attention", {
  inputs: ["Q", "K", "V", "mask?", "pastKey?", "pastValue?", "lengths?"],
  outputs: ["Y", "presentKey?", "presentValue?", "scores?"],
  shape: (call) => {
    const { Q, K, V, pastKey, int } = call;
    const type = Q.type;
    if (Q.shape === null || K.shape === null || V.shape === null) return [Q, K, V, Q].map(() => ({ type, shape: null }));
    const byHeads = Q.rank === 4;
    const heads: readonly Dim[] = byHeads ? [Q.shape[1], K.shape[1]] : [int("q_num_heads", 1), int("kv_num_heads", 1)];
    const [queries, keys] = byHeads ? [Q.shape[2], K.shape[2]] : [Q.shape[1], K.shape[1]];
    const [keyWidth, valueWidth] = byHeads ? [K.shape[3], V.shape[3]] : [dimQuotient(K.shape[2], heads[1]), dimQuotient(V.shape[2], heads[1])];
    const past = pastKey === null ? 0 : (pastKey.shape?.[2] ?? null);
    const total = typeof past === "number" && typeof keys === "number" ? past + keys : past === 0 ? keys : null;
    const batch = Q.shape[0];
    const y = byHeads ? [batch, heads[0], queries, valueWidth] : [batch, queries, dimProduct([heads[0], valueWidth])];
    return [y, [batch, heads[1], total, keyWidth], [batch, heads[1], total, valueWidth], [batch, heads[0], queries, total]].map((shape) => ({ type, shape }));
  },
  gradient: { Q: rule, K: rule, V: rule, mask: rule, pastKey: rule, pastValue: rule, lengths: "zero" },
});

function rule(call: GradientContext): Tensor | null {
  return throughForm(call, (inputs) => form(call, inputs));
}

function form(call: Call, [Q, K, V, mask, pastKey, pastValue, lengths]: readonly (Tensor | null)[]): readonly (Tensor | null)[] {
  if (!Q || !K || !V) return [];
  const queryHeads = call.int("q_num_heads", 0) || (Q.shape?.[1] as number);
  const keyHeads = call.int("kv_num_heads", 0) || (K.shape?.[1] as number);
  const [query, newKey, newValue] = [byHeads(Q, queryHeads), byHeads(K, keyHeads), byHeads(V, keyHeads)];
  const key = pastKey ? concat([pastKey, newKey], 2) : newKey;
  const value = pastValue ? concat([pastValue, newValue], 2) : newValue;
  const group = queryHeads / keyHeads;

  const raw = scaled(call, matMul(query, transposeLast(repeated(key, group))), query);
  const cap = call.float("softcap", 0);
  const capped = cap > 0 ? scale(tanh(scale(raw, 1 / cap)), cap) : raw;
  const allowed = allowedKeys(call, query, key, { pastKey: pastKey ?? null, mask: mask ?? null, lengths: lengths ?? null });
  const biased = mask && mask.type !== "bool" ? add(capped, mask) : capped;
  const scores = allowed === null ? biased : where(allowed, biased, scalarLike(biased, -Infinity));
  // a query that may look nowhere gets zeros
  const lost = less(reduceMax(scores, [-1], true), scalarLike(scores, -3e38));
  const probabilities = keepWhere(not(lost), softmax(where(lost, scalarLike(scores, 0), scores), -1));
  const result = matMul(probabilities, repeated(value, group));
  const y = Q.rank === 4 ? result : reshape(transpose(result, [0, 2, 1, 3]), [0, 0, -1]);
  return [y, key, value, [raw, capped, scores, probabilities][call.int("qk_matmul_output_mode", 0)]];
}

/** [batch, length, heads * width] as [batch, heads, length, width]. */
function byHeads(x: Tensor, heads: number): Tensor {
  return x.rank === 4 ? x : transpose(reshape(x, [0, 0, heads, -1]), [0, 2, 1, 3]);
}

/** Every head of keys or values for each of the queries' heads that share it. */
function repeated(x: Tensor, group: number): Tensor {
  if (group === 1) return x;
  const g = x.builder;
  const each = g.op("Expand", [unsqueeze(x, [2]), g.ints([1, 1, group, 1, 1])]);
  const shape = shapeOf(x);
  const part = (from: number, to: number): Tensor => g.op("Slice", [shape, g.ints([from]), g.ints([to])]);
  return reshape(each, concat([part(0, 1), g.ints([-1]), part(2, 4)], 0));
}

function scaled(call: Call, product: Tensor, query: Tensor): Tensor {
  const factor = call.attribute("scale", "float");
  if (factor !== undefined) return scale(product, factor);
  const width = query.shape?.[3];
  if (typeof width === "number") return scale(product, 1 / Math.sqrt(width));
  return div(product, sqrt(cast(reshape(dimOf(query, 3), []), product.type)));
}

interface Limits {
  readonly pastKey: Tensor | null;
  readonly mask: Tensor | null;
  readonly lengths: Tensor | null;
}

/** Which keys a query may look at, to be broadcast to the scores; null for all. */
function allowedKeys(call: Call, query: Tensor, key: Tensor, { pastKey, mask, lengths }: Limits): Tensor | null {
  const g = query.builder;
  const [left, right] = [call.int("left_window_size", -1), call.int("is_causal", 0) === 1 ? 0 : call.int("right_window_size", -1)];
  const range = (count: Tensor, shape: readonly number[]): Tensor => reshape(g.op("Range", [g.scalar(0, "int64"), reshape(count, []), g.scalar(1, "int64")]), shape);
  const places = range(dimOf(key, 2), [1, -1]);
  const masks: Tensor[] = mask?.type === "bool" ? [mask] : [];
  const perExample = lengths === null ? null : reshape(lengths, [-1, 1, 1, 1]);
  if (perExample !== null) masks.push(less(places, perExample));
  if (left >= 0 || right >= 0) {
    const before = pastKey !== null ? dimOf(pastKey, 2) : perExample === null ? null : sub(perExample, dimOf(query, 2));
    const own = range(dimOf(query, 2), [-1, 1]);
    const at = before === null ? own : add(own, before);
    if (right >= 0) masks.push(not(less(add(at, g.scalar(right, "int64")), places)));
    if (left >= 0) masks.push(not(less(places, sub(at, g.scalar(left, "int64")))));
  }
  return masks.length === 0 ? null : masks.reduce((a, b) => and(a, b));
}
