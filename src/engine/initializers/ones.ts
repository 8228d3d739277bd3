import { z } from "zod";
import { defineInitializer, sizeOf } from "./defineInitializer.js";

/** All ones. */
export const ones = defineInitializer({
  kind: "ones",
  summary: "All ones.",
  source: "PyTorch's init.ones_",
  arguments: z.strictObject({}),
  fill: (_, tensor) => new Float32Array(sizeOf(tensor.shape)).fill(1),
});
