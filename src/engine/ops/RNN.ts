import { add, matMul } from "../graph/functions.js";
import { defineOperator, type GradientContext } from "./defineOperator.js";
import { recurrentGradient, recurrentShapes } from "./recurrent.js";
import { activationsOf } from "./recurrentActivations.js";

/** H[t] = f(X[t] W' + H[t-1] R' + B), in one direction or both. ONNX RNN-22. */
export const RNN = defineOperator("RNN", {
  inputs: ["X", "W", "R", "B?", "lengths?", "initialH?"],
  outputs: ["Y?", "lastH?"],
  shape: (call) => recurrentShapes(call, 1),
  gradient: { X: rule, W: rule, R: rule, B: rule, lengths: "zero", initialH: rule },
});

function rule(call: GradientContext): ReturnType<typeof recurrentGradient> {
  const activations = activationsOf(call, ["Tanh"]);
  return recurrentGradient(call, {
    gates: 1,
    states: [5],
    peepholes: null,
    sumsBiases: true,
    step: (projected, [h], { recurrence, direction }) => [activations[direction](add(projected, matMul(h, recurrence)))],
  });
}
