import { z } from "zod";
import { defineInitializer, sizeOf } from "./defineInitializer.js";

/** All zeros: for biases; a weight of zeros never tells its units apart. */
export const zeros = defineInitializer({
  kind: "zeros",
  summary: "All zeros: for biases; a weight of zeros never tells its units apart.",
  source: "PyTorch's init.zeros_",
  arguments: z.strictObject({}),
  fill: (_, tensor) => new Float32Array(sizeOf(tensor.shape)),
});
