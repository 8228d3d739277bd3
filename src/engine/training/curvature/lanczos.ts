/** The ends of the spectrum of a symmetric operator that is known by its products alone. */
import { RandomStream } from "../../random/stream.js";
import { tridiagonalEigenvalues } from "./tridiagonal.js";

export interface LanczosOptions {
  /** A v for a vector of length `size`. Linear and symmetric up to rounding. */
  readonly product: (v: Float32Array) => Promise<Float32Array>;
  readonly size: number;
  /** Most products; at least 2. */
  readonly most: number;
  /** Error of an eigenvalue that is good enough, as a share of the larger of the two in size. */
  readonly tolerance: number;
  /** Of the first vector. */
  readonly seed: number;
  /** After each product: how many there were, and the ends as they stand. True ends the iteration as it is. */
  readonly onProduct?: (products: number, ends: { readonly largest: number; readonly smallest: number }) => boolean | void;
}

export interface SpectrumEnds {
  readonly largest: number;
  readonly smallest: number;
  /** Bounds of their errors, beyond rounding: |A y - theta y| of the Ritz pair. */
  readonly largestError: number;
  readonly smallestError: number;
  readonly products: number;
  /** Whether both errors are within the tolerance. */
  readonly converged: boolean;
}

/** Products in a row after which the errors must be good: the bound says that some eigenvalue is near, and the end may be one that the first vector has little of. */
const confirmations = 5;

/** Bytes of past vectors that are kept to orthogonalise against; beyond, only the last two count. */
const mostBytes = 2 ** 29;

/**
 * Largest and smallest eigenvalue by Lanczos' iteration (Golub and Van Loan, Matrix Computations, chapter 10), every vector made orthogonal to all before it as far as they fit into
 * memory: where they do not, copies of found values appear (Paige 1972), which leave the ends as they are. Throws nothing but what `product` throws;
 * ends that are NaN say that a product was not finite.
 */
export async function spectrumEnds({ product, size, most, tolerance, seed, onProduct }: LanczosOptions): Promise<SpectrumEnds> {
  const random = new RandomStream(seed, "lanczos");
  let v = Float32Array.from({ length: size }, () => random.normal());
  scale(v, 1 / norm(v));
  const kept = Math.max(2, Math.floor(mostBytes / (4 * size)));
  const basis: Float32Array[] = [];
  const [alphas, betas]: [number[], number[]] = [[], []];
  let good = 0;
  let ends: SpectrumEnds = { largest: Number.NaN, smallest: Number.NaN, largestError: Infinity, smallestError: Infinity, products: 0, converged: false };
  for (let products = 1; products <= Math.min(most, size); products++) {
    basis.push(v);
    if (basis.length > kept) basis.shift();
    const w = Float64Array.from(await product(v));
    const alpha = dot(w, v);
    if (!Number.isFinite(alpha)) return { ...ends, largest: Number.NaN, smallest: Number.NaN, products };
    alphas.push(alpha);
    // twice: once leaves what rounding left of large parts (Kahan and Parlett, "twice is enough")
    for (let pass = 0; pass < 2; pass++) for (const one of basis) subtract(w, one, dot(w, one));
    const beta = norm(w);
    const pairs = tridiagonalEigenvalues(alphas, betas);
    const [low, high] = [pairs[0], pairs[pairs.length - 1]];
    const largestSize = Math.max(Math.abs(low.value), Math.abs(high.value));
    // what is left is rounding: the vectors span a space that the operator does not leave
    const exhausted = beta <= 1e-6 * largestSize || products === size;
    const [lowError, highError] = exhausted ? [0, 0] : [beta * low.last, beta * high.last];
    good = Math.max(lowError, highError) <= tolerance * largestSize ? good + 1 : 0;
    const converged = exhausted || good >= confirmations;
    ends = { largest: high.value, smallest: low.value, largestError: highError, smallestError: lowError, products, converged };
    if (onProduct?.(products, ends) === true || converged) break;
    betas.push(beta);
    v = Float32Array.from(w, (x) => x / beta);
  }
  return ends;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function norm(a: ArrayLike<number>): number {
  return Math.sqrt(dot(a, a));
}

function scale(a: Float32Array, by: number): void {
  for (let i = 0; i < a.length; i++) a[i] *= by;
}

/** a -= by b */
function subtract(a: Float64Array, b: Float32Array, by: number): void {
  for (let i = 0; i < a.length; i++) a[i] -= by * b[i];
}
