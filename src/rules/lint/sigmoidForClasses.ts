import { outputActivation, outputLayer, widthOf, withOutputActivation } from "../modelView.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (model: string): string => `data: { train: { generate: blobs } }\nmodel: [dense: { units: 16, activation: relu }, ${model}]\nloss: { cross_entropy: { from: probabilities } }\n`;

export const sigmoidForClasses = defineLintRule({
  id: "sigmoid-for-classes",
  severity: "warning",
  problem: "learning",
  category: "activation",
  title: "Sigmoid where classes exclude each other",
  why: "cross_entropy compares one distribution over all classes. Sigmoids answer class by class and need not sum to 1: they are divided by their sum, the same answer has many forms, and units that saturate together learn slowly.",
  what: "End with softmax, or without an activation and the loss from logits.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 6.2.2.3"],
  examples: { bad: [file("dense: { units: 3, activation: sigmoid }"), file("dense: 3, sigmoid")], good: [file("dense: { units: 3, activation: softmax }")] },
  check({ config, loss }) {
    const last = outputActivation(config);
    const layer = outputLayer(config);
    if (loss?.kind !== "cross_entropy" || loss.arguments.from !== "probabilities" || last?.kind !== "sigmoid" || layer === null || widthOf(layer) < 2) return null;
    return {
      at: last.path,
      message: "cross_entropy expects one distribution over the classes; sigmoid gives each class a probability of its own.",
      confidence: 0.9,
      fixes: [{ title: "End with softmax", safe: true, edits: [withOutputActivation(last.path, "softmax")] }],
    };
  },
});
