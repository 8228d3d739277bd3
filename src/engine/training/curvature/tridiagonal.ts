/** Eigenvalues of a small symmetric tridiagonal matrix, and the last component of each unit eigenvector. */

/** One eigenvalue. */
export interface TridiagonalPair {
  readonly value: number;
  /** Size of the last component of its unit eigenvector. */
  readonly last: number;
}

/**
 * All eigenvalues in rising order, by implicit QL steps with Wilkinson's shift (Golub and Van Loan, Matrix Computations, 8.3). `diagonal` has n entries,
 * `beside` the n - 1 next to it. Of the eigenvectors only the last row is turned along, which is all that Lanczos' error bound needs.
 */
export function tridiagonalEigenvalues(diagonal: readonly number[], beside: readonly number[]): TridiagonalPair[] {
  const n = diagonal.length;
  const d = Float64Array.from(diagonal);
  const e = Float64Array.from({ length: n }, (_, i) => beside[i] ?? 0);
  const last = Float64Array.from({ length: n }, (_, i) => (i === n - 1 ? 1 : 0));
  for (let l = 0; l < n; l++) {
    for (let sweep = 0; sweep < 200; sweep++) {
      let m = l;
      while (m < n - 1 && Math.abs(e[m]) > Number.EPSILON * (Math.abs(d[m]) + Math.abs(d[m + 1]))) m++;
      if (m === l) break;
      const half = (d[l + 1] - d[l]) / (2 * e[l]);
      let g = d[m] - d[l] + e[l] / (half + Math.sign(half || 1) * Math.hypot(half, 1));
      let [s, c, p] = [1, 1, 0];
      for (let i = m - 1; i >= l; i--) {
        const [f, b] = [s * e[i], c * e[i]];
        const r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1] -= p;
          e[m] = 0;
          break;
        }
        [s, c] = [f / r, g / r];
        const next = d[i + 1] - p;
        const turned = (d[i] - next) * s + 2 * c * b;
        p = s * turned;
        d[i + 1] = next + p;
        g = c * turned - b;
        [last[i], last[i + 1]] = [c * last[i] - s * last[i + 1], s * last[i] + c * last[i + 1]];
        if (i === l) {
          d[l] -= p;
          e[l] = g;
          e[m] = 0;
        }
      }
    }
  }
  return Array.from(d, (value, i) => ({ value, last: Math.abs(last[i]) })).sort((a, b) => a.value - b.value);
}
