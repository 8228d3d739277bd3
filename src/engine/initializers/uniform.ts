import { z } from "zod";
import { defineInitializer, fillUniform } from "./defineInitializer.js";

/** Uniform within +- the given limit. */
export const uniform = defineInitializer({
  kind: "uniform",
  summary: "Uniform within +- the given limit.",
  main: "limit",
  source: "PyTorch's init.uniform_ within +- the limit",
  arguments: z.strictObject({ limit: z.number().min(0).describe("Largest absolute value.") }),
  fill: ({ limit }, tensor, random) => fillUniform(tensor, random, limit),
});
