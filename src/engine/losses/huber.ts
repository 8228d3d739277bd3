import { z } from "zod";
import { defineErrorLoss } from "./errorLoss.js";

/** e^2 / 2 where |e| <= delta, delta (|e| - delta / 2) beyond; e = y - t; mean over outputs and batch */
export const huber = defineErrorLoss({
  kind: "huber",
  summary: "Squared error near the target, absolute error beyond delta.",
  main: "delta",
  source: "Huber, Robust Estimation of a Location Parameter, 1964; PyTorch's HuberLoss",
  arguments: z.strictObject({ delta: z.number().gt(0).default(1).describe("Error from which on the loss grows in a line.") }),
  of(args, error) {
    const graph = error.builder;
    const size = graph.op("Abs", [error]);
    const near = graph.op("Min", [size, graph.scalar(args.delta)]);
    return graph.op("Mul", [near, graph.op("Sub", [size, graph.op("Mul", [near, graph.scalar(0.5)])])]); // one form for both: near is |e|, or delta
  },
});
