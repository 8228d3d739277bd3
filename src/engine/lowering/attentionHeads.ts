import { float, type Tensor } from "../graph/builder.js";
import { add, concat, gemm, matMul, mul, reduceSum, reshape, softmax, split, sub } from "../graph/functions.js";
import type { Node } from "../graph/types.js";
import { withGradient } from "../ops/withGradient.js";
import { linearMapTo, operandsOf, sumOfRows, type LinearMap, type Operands } from "./linearMap.js";
import type { LoweringRule, Site } from "./site.js";
import { forms } from "./table.js";

/** Attention as it stands in a forward graph: softmax(alpha Q K^T + masks) V of every head, from one linear map of the input. */
interface Found {
  readonly map: LinearMap;
  readonly batch: number;
  readonly time: number;
  readonly heads: number;
  readonly width: number;
  readonly alpha: number;
  /** What is added to the scores: [time, time], or with axes of one before them, or one for each example [batch, 1, 1 or time, time]. */
  readonly masks: readonly string[];
  /** The Reshape behind it, whose value is [batch, time, heads x width]. */
  readonly last: Node;
  readonly between: Node;
}

/**
 * Self-attention head by head: a head's queries, keys and values are products with its own columns of the weights, so that no tensor is
 * transposed, and its scores stay in the cache. Begins at the product of softmax with the values.
 */
export const lowerAttention: LoweringRule = (site, node) => {
  const found = attentionAt(site, node);
  if (found === null || !forms.attention.byHead(found.heads)) return false;
  const operands = operandsOf(site, found.map);
  if (operands.rows.type !== "float32") return false;
  const masks = found.masks.map((name) => withoutHeads(site.plain(name)!));
  site.definePlain(found.last.outputs[0], attention(operands, masks, found));
  site.absorb(found.between);
  site.absorb(found.last);
  return true;
};

function attentionAt(site: Site, node: Node): Found | null {
  const made = (name: string, op: string): Node | null => {
    const producer = site.producer(name);
    return producer?.op === op && producer.domain === "" && site.onlyReader(name) !== null ? producer : null;
  };
  const weights = made(node.inputs[0], "Softmax");
  const scores = site.dims(weights?.inputs[0] ?? "");
  const axis = weights?.attributes.axis;
  if (weights === null || scores?.length !== 4 || (axis?.kind === "int" && axis.value !== -1 && axis.value !== 3)) return null;
  const [batch, heads, time, seen] = scores;
  const masks: string[] = [];
  let at = weights.inputs[0];
  for (let sum = made(at, "Add"); sum !== null; sum = made(at, "Add")) {
    const mask = sum.inputs.find((name) => isMask(site, name, batch, time));
    const rest = sum.inputs.find((name) => name !== mask);
    if (mask === undefined || rest === undefined || time !== seen) return null;
    masks.unshift(mask);
    at = rest;
  }
  const scaled = made(at, "Mul");
  const factor = scaled === null ? null : scalarAmong(site, scaled);
  const product = scaled === null || factor === null ? null : made(factor.other, "MatMul");
  const turned = product === null ? null : made(product.inputs[1], "Transpose");
  if (product === null || turned === null || !isPermuted(turned, [0, 1, 3, 2])) return null;
  const parts = [product.inputs[0], turned.inputs[0], node.inputs[1]].map((name) => made(name, "Squeeze")?.inputs[0]);
  const cutting = parts[0] === undefined ? null : site.producer(parts[0]);
  if (cutting?.op !== "Split" || cutting.outputs.length !== 3 || cutting.outputs.some((name, i) => name !== parts[i] || site.onlyReader(name) === null)) return null;
  const apart = made(cutting.inputs[0], "Transpose");
  const shaped = apart !== null && isPermuted(apart, [2, 0, 3, 1, 4]) ? made(apart.inputs[0], "Reshape") : null;
  const map = shaped === null || site.onlyReader(shaped.inputs[0]) === null ? null : linearMapTo(site, shaped.inputs[0]);
  const dims = shaped === null ? null : site.dims(shaped.outputs[0]);
  const between = site.onlyReader(node.outputs[0]);
  const last = between?.op === "Transpose" && isPermuted(between, [0, 2, 1, 3]) ? site.onlyReader(between.outputs[0]) : null;
  if (map === null || dims?.length !== 5 || last?.op !== "Reshape") return null;
  const width = dims[4];
  const isWhole = [batch, time, 3, heads, width].every((dim, i) => dim === dims[i]) && site.dims(last.outputs[0])?.join() === [batch, time, heads * width].join();
  return isWhole ? { map, batch, time, heads, width, alpha: factor!.value, masks, last, between: between! } : null;
}

/** Whether a value can be added to the scores of a single head: it has no axis of heads, or one of a single element, and is there already. */
function isMask(site: Site, name: string, batch: number, time: number): boolean {
  const dims = site.dims(name);
  if (dims === null || !site.has(name) || dims.length < 2 || dims.length > 4) return false;
  const [examples, heads, rows, columns] = [...Array<number>(4 - dims.length).fill(1), ...dims];
  return heads === 1 && (examples === 1 || examples === batch) && (rows === 1 || rows === time) && columns === time;
}

function withoutHeads(mask: Tensor): Tensor {
  return mask.rank === 4 ? reshape(mask, [mask.dims[0], ...mask.dims.slice(2)]) : mask;
}

function isPermuted(node: Node, perm: readonly number[]): boolean {
  const { perm: own } = node.attributes;
  return own?.kind === "ints" && own.value.join() === perm.join();
}

/** The constant of one element that a node multiplies by, and the other operand. */
function scalarAmong(site: Site, { inputs }: Node): { readonly value: number; readonly other: string } | null {
  for (const [i, name] of inputs.entries()) {
    const constant = site.forward.initializers.get(name);
    if (constant?.type === "float32" && constant.data.length === 1) return { value: constant.data[0] as number, other: inputs[1 - i] };
  }
  return null;
}

/** A head's values [batch, time, width], its weights [batch, time, time], and what comes out. */
interface Head {
  readonly q: Tensor;
  readonly k: Tensor;
  readonly v: Tensor;
  readonly weights: Tensor;
  readonly out: Tensor;
}

/**
 * O = P V, P = softmax(alpha Q K^T + masks), with [Q K V] = x W + b. With D the gradient by O: dV = P^T D; dS = P (D V^T - rowsum(D O)), since rowsum(P dP) =
 * rowsum(D O) (Dao et al., FlashAttention, 2022, B.2); dQ = alpha dS K, dK = alpha dS^T Q.
 */
function attention({ rows, weight, bias }: Operands, masks: readonly Tensor[], { batch, time, heads, width, alpha }: Found): Tensor {
  const count = 3 * heads;
  const widths = Array<number>(count).fill(width);
  const [columns, offsets] = [split(weight, widths, 1, count), split(bias, widths, 0, count)];
  const mapped = columns.map((w, i) => reshape(gemm(rows, w, { c: offsets[i] }), [batch, time, width]));
  const each = Array.from({ length: heads }, (_, h): Head => {
    const [q, k, v] = [mapped[h], mapped[heads + h], mapped[2 * heads + h]];
    const weights = softmax(masks.reduce(add, product(q, k, { transB: true, alpha })), -1);
    return { q, k, v, weights, out: matMul(weights, v) };
  });
  const [y] = withGradient([concat(each.map(({ out }) => out), 2)], [rows, weight, bias, ...masks], (call, input) => {
    const back = call.shared("heads", () => split(call.outputGradients[0]!, Array<number>(heads).fill(width), 2, heads).map((dOut, h) => {
      const { v, weights, out } = each[h];
      return { dOut, scores: mul(weights, sub(product(dOut, v, { transB: true }), reduceSum(mul(dOut, out), [2], true))) };
    }));
    // a mask is added to every head's scores, and may be learned
    if (input > 2) return back.map(({ scores }) => scores).reduce(add);
    const d = call.shared("mapped", () => {
      const parts = back.map(({ dOut, scores }, h) => {
        const { q, k, weights } = each[h];
        return [product(scores, k, { alpha }), product(scores, q, { transA: true, alpha }), product(weights, dOut, { transA: true })];
      });
      return reshape(concat([0, 1, 2].flatMap((part) => parts.map((ofHead) => ofHead[part])), 2), [batch * time, count * width]);
    });
    if (input === 0) return gemm(d, weight, { transB: true });
    return input === 1 ? gemm(rows, d, { transA: true }) : reshape(sumOfRows(d), [count * width]);
  });
  return y;
}

/** alpha A' B' of batches of matrices, A transposed by a flag: the runtime's FusedMatMul. */
function product(a: Tensor, b: Tensor, { transA = false, transB = false, alpha = 1 }: { readonly transA?: boolean; readonly transB?: boolean; readonly alpha?: number }): Tensor {
  return a.builder.op("FusedMatMul", [a, b], { transA: Number(transA), transB: Number(transB), alpha: float(alpha) }, { domain: "com.microsoft" });
}
