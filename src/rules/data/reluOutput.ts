import { outputActivation, withoutActivation } from "../modelView.js";
import { defineDataRule } from "./defineDataRule.js";
import { targetSummary } from "./figures.js";

const file = (activation: string, targets: string): string => `data: { train: { inputs: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], targets: [${targets}] }, task: regression, scaling: standardize }\nmodel: [dense: { units: 8, activation: tanh }, dense: { units: 1, activation: ${activation} }]\nloss: mse\n`;

export const reluOutput = defineDataRule({
  id: "relu-output",
  severity: "warning",
  problem: "learning",
  category: "activation",
  title: "ReLU at the model's end",
  why: "Where ReLU is off its gradient is zero. In a hidden layer other units go on; an output that is off for an example learns nothing from it, and one that is off for all examples never comes back: the model answers 0 for ever.",
  what: "End a regression without activation; answers between 0 and 1 with sigmoid.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 6.2.2 and 6.3.1", "Measured on xor with mse, 8 hidden units, SGD 0.1: 4 of 6 seeds end at the answer 0 for everything"],
  examples: {
    bad: [file("relu", "0, 0.5, 1, 0, 1, 0, 0.2, 0, 1, 0"), file("relu", "0, 0, 0.9, 0.4, 0, 0.1, 1, 0, 0.3, 0.2")],
    good: [file("linear", "0, 0.5, 1, 0, 1, 0, 0.2, 0, 1, 0"), file("sigmoid", "0, 0.5, 1, 0, 1, 0, 0.2, 0, 1, 0"), file("relu", "3, 5, 7, 9, 11, 13, 15, 17, 19, 21")],
  },
  check({ config, dataset, loss }) {
    const last = outputActivation(config);
    if (last?.kind !== "relu" || loss?.kind !== "mse") return null;
    const targets = targetSummary(dataset);
    // targets below 0 are out of reach altogether: regression-output-range
    if (targets !== null && targets.min < 0) return null;
    // answers near 0 are where ReLU dies; targets far above it pull the output up
    const near = targets === null || targets.mean - 2 * Math.sqrt(targets.variance) < 0 && targets.max <= 1;
    return {
      at: last.path,
      message: near ? "The model ends with relu, and many targets are at or near 0: outputs that are off learn nothing." : "The model ends with relu: an output that is off for all examples never comes back.",
      severity: near ? undefined : "info",
      confidence: near ? 0.85 : 0.6,
      fixes: [{ title: "Remove the relu", safe: true, edits: [withoutActivation(last)] }],
    };
  },
});
