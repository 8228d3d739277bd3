import { defineOperator, type GradientContext } from "./defineOperator.js";
import { scatteredUpdates, scatterTarget, type Places, type ScatterCall } from "./scatterReductions.js";
import { like } from "./shapeRules.js";

/** Y = X with updates put, added, multiplied, or the larger or smaller kept, at index tuples. ONNX ScatterND-18. */
export const ScatterND = defineOperator("ScatterND", {
  inputs: ["X", "indices", "updates"],
  shape: ({ X }) => like(X),
  gradient: { X: (call) => scatterTarget(call, placesOf(call)), indices: "zero", updates: (call) => scatteredUpdates(call, placesOf(call)) },
});

function placesOf({ graph, inputs }: GradientContext & ScatterCall): Places {
  const [, indices] = inputs;
  return {
    put: (into, updates, reduction) => graph.op("ScatterND", [into, indices, updates], { reduction }),
    pick: (from) => graph.op("GatherND", [from, indices]),
  };
}
