import { zerosLike } from "../graph/functions.js";
import { defineOperator, type Call } from "./defineOperator.js";
import { unsupportedReduction } from "./reductions.js";
import { like } from "./shapeRules.js";

/** Y = X with updates put, or added, at index tuples. ONNX ScatterND-18. */
export const ScatterND = defineOperator("ScatterND", {
  inputs: ["X", "indices", "updates"],
  shape: ({ X }) => like(X),
  gradient: {
    X: (call) => {
      const { dY, indices, updates, graph } = call;
      // what was overwritten has no influence any more
      return adds(call) ? dY : graph.op("ScatterND", [dY, indices, zerosLike(updates)]);
    },
    indices: "zero",
    updates: (call) => {
      adds(call);
      return call.graph.op("GatherND", [call.dY, call.indices]);
    },
  },
});

function adds(call: Call): boolean {
  const reduction = call.text("reduction", "none");
  if (reduction !== "add" && reduction !== "none") throw unsupportedReduction(call);
  return reduction === "add";
}
