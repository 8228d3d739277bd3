import { defineOperator, type GradientContext } from "./defineOperator.js";
import { scatteredUpdates, scatterTarget, type Places, type ScatterCall } from "./scatterReductions.js";
import { like } from "./shapeRules.js";

/** Y = X with updates put, added, multiplied, or the larger or smaller kept, at indices along an axis. ONNX ScatterElements-18. */
export const ScatterElements = defineOperator("ScatterElements", {
  inputs: ["X", "indices", "updates"],
  shape: ({ X }) => like(X),
  gradient: { X: (call) => scatterTarget(call, placesOf(call)), indices: "zero", updates: (call) => scatteredUpdates(call, placesOf(call)) },
});

function placesOf({ graph, int, inputs }: GradientContext & ScatterCall): Places {
  const [, indices] = inputs;
  const axis = int("axis", 0);
  return {
    put: (into, updates, reduction) => graph.op("ScatterElements", [into, indices, updates], { axis, reduction }),
    pick: (from) => graph.op("GatherElements", [from, indices], { axis }),
  };
}
