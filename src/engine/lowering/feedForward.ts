import type { Tensor } from "../graph/builder.js";
import { add, concat, div, erf, exp, gemm, mul, reshape, scale, slice, split, transpose } from "../graph/functions.js";
import { float } from "../graph/builder.js";
import { withGradient } from "../ops/withGradient.js";
import { linearMapFrom, linearMapTo, operandsOf, sumOfRows, type Operands } from "./linearMap.js";
import type { LoweringRule } from "./site.js";
import { forms } from "./table.js";

/**
 * Two linear maps with an exact GELU between them, as transformers have them, in pieces of so many rows that what lies between stays in the
 * processor's cache, forward and backward. Begins at the second MatMul.
 */
export const lowerFeedForward: LoweringRule = (site, node) => {
  const second = linearMapFrom(site, node);
  const gelu = second && site.producer(second.input);
  if (gelu?.op !== "Gelu" || gelu.domain !== "" || gelu.attributes.approximate?.kind === "string" && gelu.attributes.approximate.value !== "none") return false;
  const first = linearMapTo(site, gelu.inputs[0]);
  if (first === null || site.onlyReader(gelu.inputs[0]) === null || site.onlyReader(second!.input) === null) return false;
  const [inner, outer] = [operandsOf(site, first), operandsOf(site, second!)];
  if (inner.rows.type !== "float32") return false;
  const y = feedForward(inner, { weight: outer.weight, bias: outer.bias }, forms.tiles.count(first.rows * first.outputs, site.threads));
  if (second!.last !== node) site.absorb(second!.last);
  site.definePlain(second!.last.outputs[0], reshape(y, site.dims(second!.last.outputs[0])!));
  return true;
};

/** What a piece leaves for the way back: its rows, u p and the slope of that by u. */
interface Piece {
  readonly x: Tensor;
  readonly slope: Tensor;
  readonly a: Tensor;
}

/**
 * y = gelu(x W + b) V + c. With u = (x W + b) / sqrt 2 and p = (1 + erf u) / 2 gelu is sqrt 2 u p; the roots are the products' own factors.
 * d(u p) / du = p + u e^(-u u) / sqrt pi, of which e^(u u) is the divisor: no sign to change.
 */
function feedForward({ rows, weight, bias }: Operands, { weight: outer, bias: offset }: Pick<Operands, "weight" | "bias">, count: number): Tensor {
  // of a product with its left operand transposed the runtime makes the one with more rows than columns faster (135 against 154 GFLOP/s)
  const wide = weight.dims[1] > weight.dims[0];
  const sizes = piecesOf(rows.dims[0], count);
  const scaled = scale(bias, Math.SQRT1_2);
  const pieces = cut(rows, sizes).map((x): Piece => {
    // a Gemm would write the bias everywhere first; not MatMul, which the runtime makes a Gemm of
    const u = add(x.builder.op("FusedMatMul", [x, weight], { alpha: float(Math.SQRT1_2) }, { domain: "com.microsoft" }), scaled);
    const p = u.builder.op("HardSigmoid", [erf(u)], { alpha: float(0.5), beta: float(0.5) });
    return { x, a: mul(u, p), slope: add(p, scale(div(u, exp(mul(u, u))), 1 / Math.sqrt(Math.PI))) };
  });
  // no rows of the slopes: so the runtime computes them here, piece by piece, while what they are made of is in the cache
  const hasRoom = sizes.length > 1 && outer.dims[1] <= weight.dims[1];
  const y = concat(pieces.flatMap(({ a, slope }) => [gemm(a, outer, { c: offset, alpha: Math.SQRT2 }), ...(hasRoom ? [slice(slope, [0, 0], [0, outer.dims[1]], [0, 1])] : [])]), 0);
  const [result] = withGradient([y], [rows, weight, bias, outer, offset], (call, input) => {
    const d = call.outputGradients[0]!;
    const all = call.shared("back", () => {
      const back = cut(d, sizes).map((dy, i) => {
        const { x, slope, a } = pieces[i];
        return { x, a, dy, du: mul(gemm(dy, outer, { transB: true, alpha: Math.SQRT2 }), slope) };
      });
      // sums over the pieces are written after what they add up: so the runtime computes them piece by piece (see `chunkGraph.ts` on its order)
      const summed = (term: (piece: (typeof back)[number], sofar: Tensor | undefined) => Tensor): Tensor => back.reduce<Tensor | undefined>((sofar, piece) => term(piece, sofar), undefined)!;
      const byX = back.map(({ du }) => gemm(du, weight, { transB: true, alpha: Math.SQRT1_2 }));
      const byBias = summed(({ du }, c) => sumOfRows(du, c));
      const byWeight = summed(({ x, du }, c) => (wide ? gemm(du, x, { transA: true, alpha: Math.SQRT1_2, c }) : gemm(x, du, { transA: true, alpha: Math.SQRT1_2, c })));
      const byOuter = summed(({ a, dy }, c) => gemm(a, dy, { transA: true, alpha: Math.SQRT2, c }));
      return [concat(byX, 0), wide ? transpose(byWeight, [1, 0]) : byWeight, reshape(scale(byBias, Math.SQRT1_2), [weight.dims[1]]), byOuter];
    });
    return input < all.length ? all[input] : reshape(sumOfRows(d), [outer.dims[1]]);
  });
  return result;
}

/** So many rows a piece, as even as they come. */
function piecesOf(rows: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 1) * rows) / count) - Math.floor((i * rows) / count));
}

function cut(x: Tensor, sizes: readonly number[]): readonly Tensor[] {
  return sizes.length === 1 ? [x] : split(x, sizes, 0, sizes.length);
}
