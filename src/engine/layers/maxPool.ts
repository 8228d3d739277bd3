import { defineLayer } from "./defineLayer.js";
import { poolArguments, pooled, poolShapes } from "./pools.js";

/** The largest value of each window, channel by channel */
export const maxPool = defineLayer({
  kind: "max_pool",
  summary: "The largest value of each window. Over images, over time in sequences, over volumes.",
  main: "size",
  arguments: poolArguments,
  shapes: poolShapes,
  build: (args, x, context) => pooled("MaxPool", args, x, context),
});
