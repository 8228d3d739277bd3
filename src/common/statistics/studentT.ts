/** Student's t distribution. */
import { incompleteBeta } from "./incompleteBeta.js";

/** P(|T| > |t|) with `freedom` degrees of freedom (> 0; they may be fractions): the two-sided p of a t statistic. */
export function twoSidedP(t: number, freedom: number): number {
  if (Number.isNaN(t) || Number.isNaN(freedom)) return Number.NaN;
  if (!Number.isFinite(t)) return 0;
  return incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
}

/**
 * The t with P(|T| <= t) = `level`: what a standard error is multiplied by for an interval of that level (0.95: 12.71 for 1 degree of
 * freedom, 1.96 for many). Found by bisection, for p falls as t grows.
 */
export function criticalT(level: number, freedom: number): number {
  let high = 1;
  while (twoSidedP(high, freedom) > 1 - level) high *= 2;
  let low = 0;
  for (let i = 0; i < 200 && high - low > 1e-15 * high; i++) {
    const middle = (low + high) / 2;
    if (twoSidedP(middle, freedom) > 1 - level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
