import { defineOperator } from "./defineOperator.js";

/** Y = the dimensions of X, from `start` to `end`. ONNX Shape-21. */
export const Shape = defineOperator("Shape", {
  inputs: ["X"],
  shape: ({ X, node, int }) => {
    if (X.shape === null) return [{ type: "int64", shape: [null] }];
    const dims = X.shape.slice(int("start", 0), node.attributes.end === undefined ? undefined : int("end", 0));
    return [{ type: "int64", shape: [dims.length], elements: dims }];
  },
  gradient: "zero",
});
