import { addAtPlaces } from "../graph/functions.js";
import { defineOperator } from "./defineOperator.js";
import { pooledShape } from "./pooling.js";

/** Y = the largest element of each window; of several the first takes the gradient. ONNX MaxPool-12. */
export const MaxPool = defineOperator("MaxPool", {
  inputs: ["X"],
  outputs: ["Y", "Indices?"],
  shape: (call) => {
    const shape = pooledShape(call, call.X);
    return [{ type: call.X.type, shape }, { type: "int64", shape }];
  },
  gradient: {
    X: ({ dY, X, Indices, graph, node, int }) => {
      // places in row-major order over the whole tensor, as the operator itself gives them
      const rowMajor = int("storage_order", 0) === 0;
      const { storage_order: _, ...windows } = node.attributes;
      const places = Indices !== null && rowMajor ? Indices : graph.ops("MaxPool", [X], windows, { outputs: 2 })[1];
      return addAtPlaces(X, places, dY);
    },
  },
});
