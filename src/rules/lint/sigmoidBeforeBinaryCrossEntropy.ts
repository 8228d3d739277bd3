import { outputActivation, outputLayer, widthOf, withoutActivation } from "../modelView.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (model: string, loss: string): string => `data: { train: { generate: two_moons } }\nmodel: ${model}\nloss: ${loss}\n`;

export const sigmoidBeforeBinaryCrossEntropy = defineLintRule({
  id: "sigmoid-before-binary-cross-entropy",
  severity: "error",
  problem: "learning",
  category: "activation",
  title: "Sigmoid applied twice",
  why: "binary_cross_entropy computes the sigmoid itself, from logits, in a form that does not overflow. After a sigmoid of the model's own it sees numbers between 0 and 1 as logits: no prediction leaves [0.5, 0.73].",
  what: "Let the model end without sigmoid, or say that its outputs are probabilities: loss: { binary_cross_entropy: { from: probabilities } }.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 6.2.2.2"],
  examples: {
    bad: [file("[{ dense: { units: 1, activation: sigmoid } }]", "binary_cross_entropy"), file("[dense: 8, relu, dense: 1, sigmoid]", "binary_cross_entropy")],
    good: [file("[dense: 1]", "binary_cross_entropy"), file("[dense: 1, sigmoid]", "{ binary_cross_entropy: { from: probabilities } }")],
  },
  check({ config, loss }) {
    const last = outputActivation(config);
    if (loss?.kind !== "binary_cross_entropy" || loss.arguments.from !== "logits" || (last?.kind !== "sigmoid" && last?.kind !== "softmax")) return null;
    const layer = outputLayer(config);
    if (last.kind === "softmax" && layer !== null && widthOf(layer) === 1) return null; // softmax-over-one-unit
    return {
      at: last.path,
      message: `binary_cross_entropy computes the sigmoid itself; a ${last.kind} at the model's end squeezes its logits into [0, 1].`,
      fixes: [
        { title: `Remove the ${last.kind}`, safe: true, edits: [withoutActivation(last)] },
        { title: "Compute the loss from probabilities", safe: false, edits: [{ path: "loss.binary_cross_entropy.from", value: "probabilities" }] },
      ],
    };
  },
});
