import { z } from "zod";
import { defineErrorLoss } from "./errorLoss.js";

/** (y - t)^2, mean over outputs and batch */
export const mse = defineErrorLoss({
  kind: "mse",
  summary: "Mean squared error; for regression.",
  source: "Bishop, Pattern Recognition and Machine Learning, 1.2.5",
  arguments: z.strictObject({}),
  of: (_, error) => error.builder.op("Mul", [error, error]),
});
