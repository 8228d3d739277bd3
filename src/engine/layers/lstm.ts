import { z } from "zod";
import { defineLayer } from "./defineLayer.js";
import { recurrentArguments, recurrentShapes, unroll, type Cell } from "./recurrent.js";

/** i, f, o = sigmoid, g = tanh of x W + h U + b; c = f c + i g; h = o tanh(c). Gates in the order i, f, g, o */
const cell: Cell = (input, [h, c], parameter) => {
  const graph = input.builder;
  const gates = graph.op("Add", [input, graph.op("MatMul", [h, parameter("recurrent_weight")])]);
  const [i, f, g, o] = graph.ops("Split", [gates], { axis: 1, num_outputs: 4 }, { outputs: 4 });
  const sigmoid = (z: typeof i): typeof i => graph.op("Sigmoid", [z]);
  const next = graph.op("Add", [graph.op("Mul", [sigmoid(f), c]), graph.op("Mul", [sigmoid(i), graph.op("Tanh", [g])])]);
  return [graph.op("Mul", [sigmoid(o), graph.op("Tanh", [next])]), next];
};

export const lstm = defineLayer({
  kind: "lstm",
  summary: "Long short-term memory over [time, features]: a state that gates keep, change and show.",
  main: "units",
  source: "Hochreiter and Schmidhuber, Long Short-Term Memory, 1997; Gers et al., Learning to Forget, 2000; PyTorch's LSTM (one bias)",
  arguments: z.strictObject(recurrentArguments),
  activation: () => "tanh",
  shapes: (args, { shape }) => recurrentShapes("lstm", args, 4, shape),
  build: (args, x, context) => unroll("lstm", args, 2, cell, x, context),
});
