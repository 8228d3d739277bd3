/** The gradients of scattering with a reduction: what ScatterElements and ScatterND share. */
import type { Tensor } from "../graph/builder.js";
import { cast, div, equal, mul, onesLike, scalarLike, where, zerosLike } from "../graph/functions.js";
import type { GradientContext } from "./defineOperator.js";

export type ScatterCall = GradientContext & { readonly X: Tensor; readonly updates: Tensor; readonly Y: Tensor; readonly dY: Tensor };

/** How the operator puts updates into a tensor, and how its counterpart picks them from one of the same shape. */
export interface Places {
  readonly put: (into: Tensor, updates: Tensor, reduction: string) => Tensor;
  readonly pick: (from: Tensor) => Tensor;
}

/** The gradient by the tensor that is scattered into. */
export function scatterTarget(call: ScatterCall, places: Places): Tensor {
  const { dY, X, Y, updates } = call;
  switch (call.text("reduction", "none")) {
    case "none":
      return places.put(dY, zerosLike(updates), "none"); // what was overwritten has no influence any more
    case "add":
      return dY;
    case "mul":
      return mul(dY, places.put(onesLike(X), updates, "mul"));
    default:
      return mul(cast(equal(X, Y), X.type), sharedByWinners(call, places));
  }
}

/** The gradient by what is scattered. */
export function scatteredUpdates(call: ScatterCall, places: Places): Tensor {
  const { dY, Y, updates } = call;
  switch (call.text("reduction", "none")) {
    case "none":
    case "add":
      return places.pick(dY);
    case "mul":
      return productOfOthers(call, places);
    default:
      return mul(cast(equal(updates, places.pick(Y)), updates.type), places.pick(sharedByWinners(call, places)));
  }
}

/** dY divided among all that equal the largest (or smallest) element, as PyTorch does. */
function sharedByWinners({ X, Y, updates, dY, shared }: ScatterCall, places: Places): Tensor {
  return shared("winners", () => {
    const own = cast(equal(X, Y), X.type);
    const count = places.put(own, cast(equal(updates, places.pick(Y)), X.type), "add");
    return div(dY, count);
  });
}

/** dY times all other factors of the product: with one zero among the factors only that one has a slope, with two none. */
function productOfOthers({ X, updates, dY }: ScatterCall, places: Places): Tensor {
  const zero = (x: Tensor): Tensor => equal(x, scalarLike(x, 0));
  const filled = (x: Tensor): Tensor => where(zero(x), scalarLike(x, 1), x);
  const zeros = places.pick(places.put(cast(zero(X), X.type), cast(zero(updates), X.type), "add"));
  const product = places.pick(places.put(filled(X), filled(updates), "mul"));
  const others = where(equal(zeros, cast(zero(updates), X.type)), div(product, filled(updates)), scalarLike(updates, 0));
  return mul(places.pick(dY), others);
}
