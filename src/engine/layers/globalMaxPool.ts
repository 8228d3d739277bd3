import { z } from "zod";
import { defineLayer } from "./defineLayer.js";
import { globalPool, globalPoolShapes } from "./globalPools.js";

/** The largest value of each channel: [channels, height, width] to [channels], [time, features] to [features] */
export const globalMaxPool = defineLayer({
  kind: "global_max_pool",
  summary: "The largest value of each channel over the whole image, of each feature over time.",
  arguments: z.strictObject({}),
  shapes: (_, { shape }) => globalPoolShapes("global_max_pool", shape),
  build: (_, x) => globalPool(x, "GlobalMaxPool", "ReduceMax"),
});
