import type { Tensor } from "../graph/builder.js";
import { add, dimOf, keepWhere, reshape, shapeOf } from "../graph/functions.js";
import { axisOf } from "../graph/shapes.js";
import { defineOperator, type Call } from "./defineOperator.js";
import { like } from "./shapeRules.js";

/** Y = a cache with `update` written over it along an axis, from each example's own place on, around its end where circular. ONNX TensorScatter-24. */
export const TensorScatter = defineOperator("TensorScatter", {
  inputs: ["cache", "update", "start?"],
  shape: ({ cache }) => like(cache),
  gradient: {
    cache: (call) => {
      const { dY, update, graph } = call;
      const written = graph.op("ScatterElements", [zerosInt(dY), placesOf(call, update), onesInt(update)], { axis: axisOf(call.int("axis", -2), dY.rank) });
      return keepWhere(graph.op("Equal", [written, graph.scalar(0, "int64")]), dY);
    },
    update: (call) => call.graph.op("GatherElements", [call.dY, placesOf(call, call.update)], { axis: axisOf(call.int("axis", -2), call.dY.rank) }),
    start: "zero",
  },
});

/** Where in the cache each element of the update goes, along the axis. */
function placesOf(call: Call & { readonly cache: Tensor; readonly start: Tensor | null }, update: Tensor): Tensor {
  const { cache, start } = call;
  const g = update.builder;
  const axis = axisOf(call.int("axis", -2), cache.rank);
  const alone = (place: number): number[] => Array.from({ length: cache.rank }, (_, i) => (i === place ? -1 : 1));
  const own = reshape(g.op("Range", [g.scalar(0, "int64"), reshape(dimOf(update, axis), []), g.scalar(1, "int64")]), alone(axis));
  const from = start === null ? own : add(own, reshape(start, alone(0)));
  const around = call.text("mode", "linear") === "circular" ? g.op("Mod", [from, dimOf(cache, axis)]) : from;
  return g.op("Expand", [around, shapeOf(update)]);
}

function zerosInt(x: Tensor): Tensor {
  return x.builder.op("Expand", [x.builder.scalar(0, "int64"), shapeOf(x)]);
}

function onesInt(x: Tensor): Tensor {
  return x.builder.op("Expand", [x.builder.scalar(1, "int64"), shapeOf(x)]);
}
