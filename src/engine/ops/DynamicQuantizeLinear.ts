import { reduce, scalarLike, scale, sub } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { throughForm } from "./equivalentForm.js";

/** Y, scale, zero = X in whole numbers from 0 to 255, how large one is, and which one stands for 0. ONNX DynamicQuantizeLinear-11. */
export const DynamicQuantizeLinear = defineOperator("DynamicQuantizeLinear", {
  inputs: ["X"],
  outputs: ["Y", "scale", "zero"],
  shape: ({ X }) => [{ type: "uint8", shape: X.shape }, { type: "float32", shape: [] }, { type: "uint8", shape: [] }],
  gradient: {
    // only the scale is no whole number: the range of X and 0, divided by 255
    X: (call) =>
      throughForm(call, ([x]) => {
        if (!x) return [];
        const zero = scalarLike(x, 0);
        const [top, bottom] = [x.builder.op("Max", [reduce("ReduceMax", x, null), zero]), x.builder.op("Min", [reduce("ReduceMin", x, null), zero])];
        return [null, scale(sub(top, bottom), 1 / 255), null];
      }),
  },
});
