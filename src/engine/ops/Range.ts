import { cast, mul, placesLike, reduceSum, reshapeLike } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";

/** Y = start, start + delta, ... before limit. ONNX Range-11. */
export const Range = defineOperator("Range", {
  inputs: ["start", "limit", "delta"],
  shape: ({ start, limit, delta }) => {
    const [first, end, step] = [start, limit, delta].map((x) => x.elements?.[0] ?? null);
    if (typeof first !== "number" || typeof end !== "number" || typeof step !== "number" || step === 0) {
      return [{ type: start.type, shape: [first === 0 && step === 1 ? end : null] }];
    }
    const count = Math.max(Math.ceil((end - first) / step), 0);
    return [{ type: start.type, shape: [count], elements: count <= 64 ? Array.from({ length: count }, (_, i) => first + i * step) : null }];
  },
  gradient: {
    start: ({ dY, start }) => reshapeLike(reduceSum(dY, null), start),
    limit: "zero",
    delta: ({ dY, delta }) => reshapeLike(reduceSum(mul(dY, cast(placesLike(dY), dY.type)), null), delta),
  },
});
