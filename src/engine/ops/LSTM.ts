import type { Tensor } from "../graph/builder.js";
import { add, matMul, mul, scalarLike, split, sub } from "../graph/functions.js";
import { defineOperator, type GradientContext } from "./defineOperator.js";
import { recurrentGradient, recurrentShapes } from "./recurrent.js";
import { activationsOf } from "./recurrentActivations.js";

/**
 * i, f = s(X[t] W' + H[t-1] R' + P C[t-1] + B); c = g(X[t] Wc' + H[t-1] Rc' + Bc); C[t] = f C[t-1] + i c;
 * o = s(X[t] Wo' + H[t-1] Ro' + Po C[t] + Bo); H[t] = o h(C[t]). ONNX LSTM-22.
 */
export const LSTM = defineOperator("LSTM", {
  inputs: ["X", "W", "R", "B?", "lengths?", "initialH?", "initialC?", "P?"],
  outputs: ["Y?", "lastH?", "lastC?"],
  shape: (call) => recurrentShapes(call, 2),
  gradient: { X: rule, W: rule, R: rule, B: rule, lengths: "zero", initialH: rule, initialC: rule, P: rule },
});

function rule(call: GradientContext): ReturnType<typeof recurrentGradient> {
  const activations = activationsOf(call, ["Sigmoid", "Tanh", "Tanh"]);
  const coupled = call.int("input_forget", 0) !== 0;
  return recurrentGradient(call, {
    gates: 4,
    states: [5, 6],
    peepholes: 7,
    sumsBiases: true,
    step: (projected, [h, c], { recurrence, peepholes, hidden, direction }) => {
      const [s, g, squash] = activations.slice(3 * direction);
      const sums = add(projected, matMul(h, recurrence));
      const [inputSum, outputSum, forgetSum, candidateSum] = split(sums, [hidden, hidden, hidden, hidden], 1, 4);
      const [inputPeep, outputPeep, forgetPeep] = peepholes === null ? [null, null, null] : split(peepholes, [hidden, hidden, hidden], 0, 3);
      const peeping = (sum: Tensor, weights: Tensor | null, cell: Tensor): Tensor => (weights === null ? sum : add(sum, mul(weights, cell)));
      const input = s(peeping(inputSum, inputPeep, c));
      const forget = coupled ? sub(scalarLike(input, 1), input) : s(peeping(forgetSum, forgetPeep, c));
      const cell = add(mul(forget, c), mul(input, g(candidateSum)));
      const output = s(peeping(outputSum, outputPeep, cell));
      return [mul(output, squash(cell)), cell];
    },
  });
}
