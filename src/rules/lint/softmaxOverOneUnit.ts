import { outputActivation, outputLayer, widthOf, withOutputActivation, withoutActivation } from "../modelView.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (output: string, loss: string): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, ${output}]\nloss: ${loss}\n`;
const fromProbabilities = "{ binary_cross_entropy: { from: probabilities } }";

export const softmaxOverOneUnit = defineLintRule({
  id: "softmax-over-one-unit",
  severity: "error",
  problem: "learning",
  category: "activation",
  title: "Softmax over one unit",
  why: "Softmax divides each output by the sum of all. Over one output that is always 1: the model says the same whatever it sees, and no gradient reaches it.",
  what: "One output that stands for two classes takes sigmoid; or give each class an output.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 6.2.2.2"],
  examples: {
    bad: [file("dense: { units: 1, activation: softmax }", fromProbabilities), file("dense: 1, softmax", fromProbabilities), file("dense: { units: 1, activation: softmax }", "binary_cross_entropy")],
    good: [file("dense: { units: 1, activation: sigmoid }", fromProbabilities), file("dense: { units: 2, activation: softmax }", "{ cross_entropy: { from: probabilities } }")],
  },
  check({ config, loss }) {
    const layer = outputLayer(config);
    const last = outputActivation(config);
    // under cross_entropy the width is what is wrong, see output-width
    if (layer === null || last?.kind !== "softmax" || widthOf(layer) !== 1 || loss?.kind === "cross_entropy") return null;
    const fromLogits = loss?.arguments.from === "logits";
    return {
      at: last.path,
      message: "Softmax over one unit is always 1: the model answers the same for every input.",
      confidence: 0.99,
      fixes: [fromLogits ? { title: "Remove the softmax", safe: true, edits: [withoutActivation(last)] } : { title: "Use sigmoid", safe: true, edits: [withOutputActivation(last.path, "sigmoid")] }],
    };
  },
});
