import { add, matMul, mul, split, sub } from "../graph/functions.js";
import { defineOperator, type GradientContext } from "./defineOperator.js";
import { recurrentGradient, recurrentShapes } from "./recurrent.js";
import { activationsOf } from "./recurrentActivations.js";

/**
 * z, r = f(X[t] W' + H[t-1] R' + B); h = g(X[t] Wh' + (r H[t-1]) Rh' + Bh), or with the reset after the product;
 * H[t] = (1 - z) h + z H[t-1]. ONNX GRU-22.
 */
export const GRU = defineOperator("GRU", {
  inputs: ["X", "W", "R", "B?", "lengths?", "initialH?"],
  outputs: ["Y?", "lastH?"],
  shape: (call) => recurrentShapes(call, 1),
  gradient: { X: rule, W: rule, R: rule, B: rule, lengths: "zero", initialH: rule },
});

function rule(call: GradientContext): ReturnType<typeof recurrentGradient> {
  const activations = activationsOf(call, ["Sigmoid", "Tanh"]);
  const resetsAfter = call.int("linear_before_reset", 0) !== 0;
  return recurrentGradient(call, {
    gates: 3,
    states: [5],
    peepholes: null,
    sumsBiases: false,
    step: (projected, [h], { recurrence, recurrentBias, hidden, direction }) => {
      const [f, g] = activations.slice(2 * direction);
      const [ofGates, ofCandidate] = split(projected, [2 * hidden, hidden], 1, 2);
      const [gateWeights, candidateWeights] = split(recurrence, [2 * hidden, hidden], 1, 2);
      const [gateBias, candidateBias] = recurrentBias === null ? [null, null] : split(recurrentBias, [2 * hidden, hidden], 0, 2);
      const gateSums = add(ofGates, matMul(h, gateWeights));
      const [z, r] = split(f(gateBias === null ? gateSums : add(gateSums, gateBias)), [hidden, hidden], 1, 2);
      const product = matMul(resetsAfter ? h : mul(r, h), candidateWeights);
      const biased = candidateBias === null ? product : add(product, candidateBias);
      const candidate = g(add(ofCandidate, resetsAfter ? mul(r, biased) : biased));
      return [add(candidate, mul(z, sub(h, candidate)))];
    },
  });
}
