import type { Tensor } from "../graph/builder.js";
import { add, div, pad, pow, scalarLike, scale, shift, slice, square } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { throughForm } from "./equivalentForm.js";
import { like } from "./shapeRules.js";

/** An end from here on means "to the end". */
const endless = 2 ** 31 - 1;

/** Y = X / (bias + alpha / size * the sum of X^2 over `size` neighbouring channels)^beta. ONNX LRN-13. */
export const LRN = defineOperator("LRN", {
  inputs: ["X"],
  shape: ({ X }) => like(X),
  gradient: {
    X: (call) =>
      throughForm(call, ([x]) => {
        if (!x) return [];
        const size = call.int("size", 1);
        const energy = scale(neighbourSum(square(x), size), call.float("alpha", 1e-4) / size);
        return [div(x, pow(shift(energy, call.float("bias", 1)), scalarLike(x, call.float("beta", 0.75))))];
      }),
  },
});

/** The sum over channels c - floor((size - 1) / 2) to c + ceil((size - 1) / 2). */
function neighbourSum(x: Tensor, size: number): Tensor {
  const pads = Array.from({ length: 2 * x.rank }, () => 0);
  pads[1] = Math.floor((size - 1) / 2);
  pads[1 + x.rank] = Math.ceil((size - 1) / 2);
  const padded = pad(x, pads);
  return Array.from({ length: size }, (_, i) => slice(padded, [i], [i === size - 1 ? endless : i - (size - 1)], [1])).reduce((sum, part) => add(sum, part));
}
