import { z } from "zod";
import { activate } from "./arguments.js";
import { defineLayer } from "./defineLayer.js";
import { recurrentArguments, recurrentShapes, unroll, type Cell } from "./recurrent.js";

/** h = f(x W + h U + b) */
const cell = (activation: string): Cell => (input, [h], parameter) => {
  const graph = input.builder;
  return [activate(graph.op("Add", [input, graph.op("MatMul", [h, parameter("recurrent_weight")])]), activation)];
};

export const rnn = defineLayer({
  kind: "rnn",
  summary: "Plain recurrent layer over [time, features]: each step sees its input and the last output.",
  main: "units",
  source: "Elman, Finding Structure in Time, 1990; PyTorch's RNN (one bias)",
  arguments: z.strictObject({ ...recurrentArguments, activation: z.enum(["tanh", "relu"]).default("tanh").describe("The activation of each step.") }),
  activation: ({ activation }) => activation,
  shapes(args, { shape }) {
    return recurrentShapes("rnn", args, 1, shape, [], args.activation);
  },
  build: (args, x, context) => unroll("rnn", args, 1, cell(args.activation), x, context),
});
