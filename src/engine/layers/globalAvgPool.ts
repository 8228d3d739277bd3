import { z } from "zod";
import { defineLayer } from "./defineLayer.js";
import { globalPool, globalPoolShapes } from "./globalPools.js";

/** The mean of each channel: [channels, height, width] to [channels], [time, features] to [features] */
export const globalAvgPool = defineLayer({
  kind: "global_avg_pool",
  summary: "The mean of each channel over the whole image, of each feature over time.",
  arguments: z.strictObject({}),
  shapes: (_, { shape }) => globalPoolShapes("global_avg_pool", shape),
  build: (_, x) => globalPool(x, "GlobalAveragePool", "ReduceMean"),
});
