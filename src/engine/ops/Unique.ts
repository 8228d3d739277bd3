import { gather, reshape } from "../graph/functions.js";
import { axisOf } from "../graph/shapes.js";
import { defineOperator } from "./defineOperator.js";
import { throughForm } from "./equivalentForm.js";

/** Y = the distinct elements of X, or slices along an axis; the first of equal ones takes the gradient. ONNX Unique-11. */
export const Unique = defineOperator("Unique", {
  inputs: ["X"],
  outputs: ["Y", "first?", "inverse?", "counts?"],
  shape: ({ X, attribute }) => {
    const axis = attribute("axis", "int");
    const shape = axis === undefined ? [null] : (X.shape?.with(axisOf(axis, X.rank), null) ?? null);
    return [{ type: X.type, shape }, ...[0, 1, 2].map(() => ({ type: "int64" as const, shape: [null] }))];
  },
  gradient: {
    X: (call) =>
      throughForm(call, ([x]) => {
        if (!x) return [];
        const axis = call.attribute("axis", "int");
        const first = call.first ?? call.graph.ops("Unique", [x], call.node.attributes, { outputs: 2 })[1];
        return [gather(axis === undefined ? reshape(x, [-1]) : x, first, axis ?? 0)];
      }),
  },
});
