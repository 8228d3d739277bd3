/** Curvature along a direction. */
import { DescentError } from "../../common/errors.js";
import { formatShape, type Tensor } from "../graph/builder.js";
import { add, mul, reduceSum } from "../graph/functions.js";
import { differ } from "../graph/shapes.js";
import { gradients } from "./gradients.js";

/**
 * H v for the Hessian H of the loss by all of `wrt` taken together, and a direction v: `vectors` holds its part for each of `wrt`, of that value's type and
 * shape; the result comes in the same parts, appended to the loss's graph. It is the gradient of (gradient of the loss) . v (Pearlmutter 1994,
 * "Fast Exact Multiplication by the Hessian"), so a product costs a few gradients, and H is never formed. Throws `shape-mismatch` where a part does not fit its
 * value, and what `gradients` throws; also for an operator whose own gradient has none.
 */
export function hessianVectorProduct(loss: Tensor, wrt: readonly Tensor[], vectors: readonly Tensor[]): Tensor[] {
  for (const [i, value] of wrt.entries()) {
    const vector = vectors[i] as Tensor | undefined;
    if (vector === undefined || vector.type !== value.type || differ(vector.shape, value.shape)) {
      const given = vector === undefined ? "none" : `${vector.type} ${formatShape(vector.shape)}`;
      throw new DescentError("shape-mismatch", `The direction's part for ${value.name}, ${value.type} ${formatShape(value.shape)}, is ${given}.`);
    }
  }
  const slopes = gradients(loss, wrt).map((gradient, i) => reduceSum(mul(gradient, vectors[i]), null));
  return gradients(slopes.reduce(add), wrt);
}
