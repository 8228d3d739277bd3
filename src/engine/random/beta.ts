/** Draws from Beta and Gamma distributions. */
import type { RandomStream } from "./stream.js";

/** Beta(alpha, alpha): x / (x + y) with x, y from Gamma(alpha); `alpha` above 0. */
export function drawnBeta(random: RandomStream, alpha: number): number {
  const [x, y] = [logGamma(random, alpha), logGamma(random, alpha)];
  return 1 / (1 + Math.exp(y - x));
}

/**
 * The logarithm of a draw from Gamma(shape, 1), so that small shapes do not sink to 0: Marsaglia and Tsang, A Simple Method for
 * Generating Gamma Variables, 2000; below 1 by Gamma(shape + 1) U^(1 / shape).
 */
function logGamma(random: RandomStream, shape: number): number {
  if (shape < 1) return logGamma(random, shape + 1) + Math.log(1 - random.uniform()) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return Math.log(d * v);
  }
}
