import { cast, concat, mul, reduceSum, sub, unsqueeze } from "../graph/functions.js";
import { axisOf } from "../graph/shapes.js";
import { tensorOf } from "../graph/tensorData.js";
import { defineOperator } from "./defineOperator.js";

/** Y = `off` everywhere but `on` at the index, along a new axis of `depth` elements. ONNX OneHot-11. */
export const OneHot = defineOperator("OneHot", {
  inputs: ["indices", "depth", "values"],
  shape: ({ indices, depth, values, int }) => {
    if (indices.shape === null) return [{ type: values.type, shape: null }];
    const axis = axisOf(int("axis", -1), indices.rank + 1);
    return [{ type: values.type, shape: indices.shape.toSpliced(axis, 0, depth.elements?.[0] ?? null) }];
  },
  gradient: {
    indices: "zero",
    depth: "zero",
    values: ({ dY, indices, depth, values, graph, int }) => {
      const ones = graph.constant(tensorOf("float32", [2], [0, 1]));
      const axis = int("axis", -1);
      const on = reduceSum(mul(dY, cast(graph.op("OneHot", [indices, depth, ones], { axis }), values.type)), null);
      return concat([unsqueeze(sub(reduceSum(dY, null), on), [0]), unsqueeze(on, [0])], 0);
    },
  },
});
