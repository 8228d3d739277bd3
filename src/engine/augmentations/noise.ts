import { z } from "zod";
import { defineAugmentation } from "./defineAugmentation.js";

/** y = x + std n, n from N(0, 1), on scaled values */
export const noise = defineAugmentation({
  kind: "noise",
  summary: "Adds Gaussian noise to the scaled inputs.",
  main: "std",
  source: "Bishop, Training with Noise is Equivalent to Tikhonov Regularization, 1995",
  arguments: z.strictObject({ std: z.number().gt(0).default(0.01).describe("Standard deviation, in units of the scaled inputs.") }),
  needs: "numbers",
  damages: true,
  change: { moves: "noise", deviation: ({ std }) => std },
});
