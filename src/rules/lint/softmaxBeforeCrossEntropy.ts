import { outputActivation, withoutActivation } from "../modelView.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (model: string, loss: string): string => `data: { train: { generate: blobs } }\nmodel: ${model}\nloss: ${loss}\n`;

export const softmaxBeforeCrossEntropy = defineLintRule({
  id: "softmax-before-cross-entropy",
  severity: "error",
  problem: "learning",
  category: "activation",
  title: "Softmax applied twice",
  why: "cross_entropy computes softmax itself, from logits. A softmax before it squeezes the outputs into [0, 1]: gradients are flattened and the loss stalls above its minimum, at best ln(1 + (K - 1) / e) for K classes.",
  what: "Let the model end without softmax, or say that its outputs are probabilities: loss: { cross_entropy: { from: probabilities } }.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 6.2.2.3"],
  examples: {
    bad: [file("[{ dense: { units: 3, activation: softmax } }]", "cross_entropy"), file("[dense: 16, relu, dense: 3, softmax]", "cross_entropy")],
    good: [file("[dense: 3]", "cross_entropy"), file("[{ dense: { units: 3, activation: softmax } }]", "{ cross_entropy: { from: probabilities } }"), file("[dense: 3, log_softmax]", "cross_entropy")],
  },
  check({ config, loss }) {
    const last = outputActivation(config);
    if (loss?.kind !== "cross_entropy" || loss.arguments.from !== "logits" || last?.kind !== "softmax") return null;
    return {
      at: last.path,
      message: "cross_entropy computes softmax itself; with a softmax at the model's end it is applied twice.",
      fixes: [
        { title: "Remove the softmax", safe: true, edits: [withoutActivation(last)] },
        { title: "Compute the loss from probabilities", safe: false, edits: [{ path: "loss.cross_entropy.from", value: "probabilities" }] },
      ],
    };
  },
});
