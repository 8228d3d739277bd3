import { zerosLike } from "../graph/functions.js";
import { defineOperator, type Call } from "./defineOperator.js";
import { unsupportedReduction } from "./reductions.js";
import { like } from "./shapeRules.js";

/** Y = X with updates put, or added, at indices along an axis. ONNX ScatterElements-18. */
export const ScatterElements = defineOperator("ScatterElements", {
  inputs: ["X", "indices", "updates"],
  shape: ({ X }) => like(X),
  gradient: {
    X: (call) => {
      const { dY, indices, updates, graph, int } = call;
      // what was overwritten has no influence any more
      return adds(call) ? dY : graph.op("ScatterElements", [dY, indices, zerosLike(updates)], { axis: int("axis", 0) });
    },
    indices: "zero",
    updates: (call) => {
      adds(call);
      return call.graph.op("GatherElements", [call.dY, call.indices], { axis: call.int("axis", 0) });
    },
  },
});

function adds(call: Call): boolean {
  const reduction = call.text("reduction", "none");
  if (reduction !== "add" && reduction !== "none") throw unsupportedReduction(call);
  return reduction === "add";
}
