/** Powers and roots of p-norms. */
import type { Tensor } from "../graph/builder.js";
import { abs, greater, keepWhere, pow, scalarLike, sqrt, square, where } from "../graph/functions.js";

/** |x|^p. */
export function absolutePower(x: Tensor, p: number): Tensor {
  if (p === 2) return square(x);
  return p === 1 ? abs(x) : pow(abs(x), scalarLike(x, p));
}

/** sum^(1/p) of what is not negative, with no slope at 0, where it would be infinite. */
export function root(sum: Tensor, p: number): Tensor {
  if (p === 1) return sum;
  const positive = greater(sum, scalarLike(sum, 0));
  const safe = where(positive, sum, scalarLike(sum, 1));
  return keepWhere(positive, p === 2 ? sqrt(safe) : pow(safe, scalarLike(sum, 1 / p)));
}
