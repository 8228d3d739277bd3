/** Discrete Fourier transforms as products with matrices of cosines and sines. */
import type { Tensor } from "../graph/builder.js";
import { add, matMul, neg, scale, sub } from "../graph/functions.js";
import { tensorOf, type NumericType } from "../graph/tensorData.js";

/** A complex tensor; `imaginary` null for a real one. */
export interface Complex {
  readonly real: Tensor;
  readonly imaginary: Tensor | null;
}

/** The transform along the last axis of `count` elements, taken as the first of `length`, at `bins` frequencies; the inverse is divided by the length. */
export function transformed({ real, imaginary }: Complex, { count, length, bins, inverse }: { readonly count: number; readonly length: number; readonly bins: number; readonly inverse: boolean }): { readonly real: Tensor; readonly imaginary: Tensor } {
  const g = real.builder;
  const matrix = (wave: (angle: number) => number): Tensor => {
    const values = Array.from({ length: count * bins }, (_, at) => {
      const [j, k] = [Math.floor(at / bins), at % bins];
      return j < length ? wave((2 * Math.PI * ((j * k) % length)) / length) : 0; // what lies beyond the length is cut off
    });
    return g.constant(tensorOf(real.type as NumericType, [count, bins], values));
  };
  const [cosines, sines] = [matrix(Math.cos), matrix(Math.sin)];
  const turn = inverse ? 1 : -1;
  const byCosines = matMul(real, cosines);
  const bySines = scale(matMul(real, sines), turn);
  const sums = imaginary === null ? { real: byCosines, imaginary: bySines } : { real: sub(byCosines, signed(matMul(imaginary, sines), turn)), imaginary: add(bySines, matMul(imaginary, cosines)) };
  return inverse ? { real: scale(sums.real, 1 / length), imaginary: scale(sums.imaginary, 1 / length) } : sums;
}

function signed(x: Tensor, sign: number): Tensor {
  return sign === 1 ? x : neg(x);
}
