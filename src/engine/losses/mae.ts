import { z } from "zod";
import { defineErrorLoss } from "./errorLoss.js";

/** |y - t|, mean over outputs and batch */
export const mae = defineErrorLoss({
  kind: "mae",
  summary: "Mean absolute error; for regression with outliers.",
  source: "Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 10.6; PyTorch's L1Loss",
  arguments: z.strictObject({}),
  of: (_, error) => error.builder.op("Abs", [error]),
});
