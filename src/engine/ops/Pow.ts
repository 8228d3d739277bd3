import type { Tensor } from "../graph/builder.js";
import { cast, div, equal, greater, keepWhere, log, mul, neg, pow, scalarLike, scale, shift, square, where } from "../graph/functions.js";
import { numbersOf } from "../graph/tensorData.js";
import { defineOperator } from "./defineOperator.js";
import { broadcast } from "./shapeRules.js";

/** Y = X^E, element by element. ONNX Pow-15. */
export const Pow = defineOperator("Pow", {
  inputs: ["X", "E"],
  shape: ({ X, E }) => broadcast([X, E]),
  gradient: {
    X: ({ dY, X, E }) => {
      const exponent = constantExponent(E);
      if (exponent === 1) return dY;
      if (exponent === 2) return mul(scale(dY, 2), X);
      if (exponent === 3) return mul(scale(dY, 3), square(X));
      if (exponent === -1) return neg(div(dY, square(X)));
      if (exponent !== null && exponent !== 0) return mul(dY, scale(pow(X, scalarLike(X, exponent - 1)), exponent));
      const power = cast(E, X.type);
      // where the exponent is 0 the slope is 0, also at X = 0, where X^-1 is infinite
      return where(equal(power, scalarLike(power, 0)), scalarLike(X, 0), mul(dY, mul(power, pow(X, shift(power, -1)))));
    },
    E: ({ dY, X, E, Y }) => {
      // 0^E stays 0 as E moves; below 0 only single exponents have a power, so there is nothing to move to
      return cast(keepWhere(greater(X, scalarLike(X, 0)), mul(dY, mul(Y, log(X)))), E.type);
    },
  },
});

/** The exponent where it is one known number, else null. */
function constantExponent(E: Tensor): number | null {
  return E.constant?.data.length === 1 ? numbersOf(E.constant)[0] : null;
}
