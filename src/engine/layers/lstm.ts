import { z } from "zod";
import type { Tensor } from "../graph/builder.js";
import { concat, reshape, split, squeeze, transpose, unsqueeze } from "../graph/functions.js";
import { asInput, exampleShape } from "./channels.js";
import { defineLayer, type BuildContext } from "./defineLayer.js";
import { recurrentArguments, recurrentShapes, unroll, type Cell } from "./recurrent.js";
import { asSequence } from "./sequences.js";

/** i, f, o = sigmoid, g = tanh of x W + h U + b; c = f c + i g; h = o tanh(c). Gates in the order i, f, g, o */
const cell: Cell = (input, [h, c], parameter) => {
  const graph = input.builder;
  const gates = graph.op("Add", [input, graph.op("MatMul", [h, parameter("recurrent_weight")])]);
  const [i, f, g, o] = graph.ops("Split", [gates], { axis: 1, num_outputs: 4 }, { outputs: 4 });
  const sigmoid = (z: typeof i): typeof i => graph.op("Sigmoid", [z]);
  const next = graph.op("Add", [graph.op("Mul", [sigmoid(f), c]), graph.op("Mul", [sigmoid(i), graph.op("Tanh", [g])])]);
  return [graph.op("Mul", [sigmoid(o), graph.op("Tanh", [next])]), next];
};

const lstmArguments = z.strictObject(recurrentArguments);

export const lstm = defineLayer({
  kind: "lstm",
  summary: "Long short-term memory over [time, features]: a state that gates keep, change and show.",
  main: "units",
  source: "Hochreiter and Schmidhuber, Long Short-Term Memory, 1997; Gers et al., Learning to Forget, 2000; PyTorch's LSTM (one bias)",
  arguments: lstmArguments,
  activation: () => "tanh",
  shapes: (args, { shape }) => recurrentShapes("lstm", args, 4, shape),
  build: (args, x, context) => (context.steps === null ? asOperator(args, x, context) : unroll("lstm", args, 2, cell, x, context)),
});

/** As ONNX's LSTM, which has kernels of its own where nothing is learned, and where something is, a fast form (`engine/lowering/lstm.ts`). Its gates come in the order i, o, f, g. */
function asOperator(args: z.output<typeof lstmArguments>, x: Tensor, { parameter }: BuildContext): Tensor {
  const graph = x.builder;
  const [time, features] = asSequence("lstm", exampleShape(x));
  const prefixes = args.bidirectional ? ["", "reverse_"] : [""];
  const reordered = (gates: Tensor): Tensor => {
    const [i, f, g, o] = split(gates, Array<number>(4).fill(args.units), 0, 4);
    return unsqueeze(concat([i, o, f, g], 0), [0]);
  };
  const stacked = (make: (prefix: string) => Tensor): Tensor => concat(prefixes.map(make), 0);
  const weight = stacked((prefix) => reordered(transpose(parameter(`${prefix}weight`), [1, 0])));
  const recurrence = stacked((prefix) => reordered(transpose(parameter(`${prefix}recurrent_weight`), [1, 0])));
  const bias = stacked((prefix) => concat([reordered(parameter(`${prefix}bias`)), graph.filled([1, 4 * args.units], 0)], 1));
  const steps = transpose(asInput(x, [time, features]), [1, 0, 2]);
  const attributes = { hidden_size: args.units, direction: args.bidirectional ? "bidirectional" : "forward" };
  const [all, last] = graph.ops("LSTM", [steps, weight, recurrence, bias], attributes, { outputs: 2 });
  const width = args.units * prefixes.length;
  if (args.return_sequences) return reshape(transpose(all, [2, 0, 1, 3]), [-1, time, width]);
  return prefixes.length === 1 ? squeeze(last, [0]) : reshape(transpose(last, [1, 0, 2]), [-1, width]);
}
