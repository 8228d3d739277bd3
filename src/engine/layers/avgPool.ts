import { defineLayer } from "./defineLayer.js";
import { poolArguments, pooled, poolShapes } from "./pools.js";

/** The mean of each window, channel by channel; padding is not counted */
export const avgPool = defineLayer({
  kind: "avg_pool",
  summary: "The mean of each window; padding is not counted. Over images, over time in sequences, over volumes.",
  main: "size",
  arguments: poolArguments,
  shapes: poolShapes,
  build: (args, x, context) => pooled("AveragePool", args, x, context),
});
