import { z } from "zod";
import { defineInitializer, fillNormal } from "./defineInitializer.js";

/** Normal with mean 0 and the given standard deviation. */
export const normal = defineInitializer({
  kind: "normal",
  summary: "Normal with mean 0 and the given standard deviation.",
  main: "std",
  source: "PyTorch's init.normal_",
  arguments: z.strictObject({ std: z.number().min(0).describe("Standard deviation.") }),
  fill: ({ std }, tensor, random) => fillNormal(tensor, random, std),
});
