import { add, cast, div, equal, mul } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { arithmetic, broadcast, onNumbers } from "./shapeRules.js";

/** Y = the smallest of all inputs, element by element; inputs that tie share the gradient. ONNX Min-13. */
export const Min = defineOperator("Min", {
  inputs: ["data..."],
  shape: ({ data }) => (data.length === 2 ? arithmetic(data[0], data[1], onNumbers(Math.min)) : broadcast(data)),
  gradient: {
    data: ({ dY, Y, data, slot, shared }) => {
      const chosen = shared("chosen", () => data.map((x) => cast(equal(x, Y), Y.type)));
      const ties = shared("ties", () => chosen.reduce(add));
      return div(mul(dY, chosen[slot]), ties);
    },
  },
});
