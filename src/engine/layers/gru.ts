import { z } from "zod";
import { defineLayer } from "./defineLayer.js";
import { recurrentArguments, recurrentShapes, unroll, type Cell } from "./recurrent.js";

/** r, z = sigmoid(x W + h U + b); n = tanh(x W_n + b_n + r (h U_n + b_h)); h = (1 - z) n + z h. Gates in the order r, z, n */
const cell: Cell = (input, [h], parameter) => {
  const graph = input.builder;
  const [xr, xz, xn] = graph.ops("Split", [input], { axis: 1, num_outputs: 3 }, { outputs: 3 });
  const [hr, hz, hn] = graph.ops("Split", [graph.op("MatMul", [h, parameter("recurrent_weight")])], { axis: 1, num_outputs: 3 }, { outputs: 3 });
  const gate = (a: typeof xr, b: typeof xr): typeof xr => graph.op("Sigmoid", [graph.op("Add", [a, b])]);
  const [r, z] = [gate(xr, hr), gate(xz, hz)];
  const fresh = graph.op("Tanh", [graph.op("Add", [xn, graph.op("Mul", [r, graph.op("Add", [hn, parameter("state_bias")])])])]);
  return [graph.op("Add", [fresh, graph.op("Mul", [z, graph.op("Sub", [h, fresh])])])];
};

export const gru = defineLayer({
  kind: "gru",
  summary: "Gated recurrent unit over [time, features]: lighter than lstm, with one state.",
  main: "units",
  source: "Cho et al., Learning Phrase Representations using RNN Encoder-Decoder, 2014; PyTorch's GRU (one bias where its two add up)",
  arguments: z.strictObject(recurrentArguments),
  activation: () => "tanh",
  shapes: (args, { shape }) => recurrentShapes("gru", args, 3, shape, [{ name: "state_bias", shape: [args.units] }]),
  build: (args, x, context) => unroll("gru", args, 1, cell, x, context),
});
