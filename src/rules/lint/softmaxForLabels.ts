import { outputActivation, outputLayer, widthOf, withOutputActivation, withoutActivation } from "../modelView.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (output: string, loss: string): string => `data: { train: { inputs: [[0, 1], [1, 0], [1, 1], [0, 0]], targets: [[1, 1], [0, 1], [1, 0], [0, 0]] }, task: multi_label, split: { validation: 0, test: 0 } }\nmodel: [dense: { units: 16, activation: relu }, ${output}]\nloss: ${loss}\ndiagnostics: { rules: { no-validation-data: off } }\n`;

export const softmaxForLabels = defineLintRule({
  id: "softmax-for-labels",
  severity: "error",
  problem: "learning",
  category: "activation",
  title: "Softmax where labels do not exclude each other",
  why: "Softmax shares out a probability of 1 among the outputs: where one goes up the others go down. An example with two labels can get at most one half for each, one with none cannot be answered at all.",
  what: "End with sigmoid, which answers label by label, under binary_cross_entropy.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 6.2.2.2"],
  examples: {
    bad: [file("dense: { units: 2, activation: softmax }", "{ binary_cross_entropy: { from: probabilities } }")],
    good: [file("dense: { units: 2, activation: sigmoid }", "{ binary_cross_entropy: { from: probabilities } }"), file("dense: 2", "binary_cross_entropy")],
  },
  check({ config, task, loss }) {
    const last = outputActivation(config);
    const layer = outputLayer(config);
    if (task !== "multi_label" || last?.kind !== "softmax" || layer === null || widthOf(layer) < 2) return null;
    const fromLogits = loss?.kind === "binary_cross_entropy" && loss.arguments.from !== "probabilities";
    return {
      at: last.path,
      message: `The ${widthOf(layer)} labels of an example are independent of each other; softmax lets only one of them be likely.`,
      confidence: 0.97,
      fixes: [fromLogits ? { title: "Remove the softmax", safe: true, edits: [withoutActivation(last)] } : { title: "End with sigmoid", safe: true, edits: [withOutputActivation(last.path, "sigmoid")] }],
    };
  },
});
