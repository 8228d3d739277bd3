import { z } from "zod";
import { defineInitializer, sizeOf } from "./defineInitializer.js";

/** Every element the same. */
export const constant = defineInitializer({
  kind: "constant",
  summary: "Every element the same.",
  main: "value",
  source: "PyTorch's init.constant_",
  arguments: z.strictObject({ value: z.number().describe("The value of every element.") }),
  fill: ({ value }, tensor) => new Float32Array(sizeOf(tensor.shape)).fill(value),
});
