import { outputActivation, outputActivationPath, outputLayer, widthOf, withOutputActivation } from "../modelView.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (model: string, loss: string): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, ${model}]\nloss: { ${loss}: { from: probabilities } }\n`;

/** Activations whose values are probabilities, by loss. */
const probabilities: Readonly<Record<string, readonly string[]>> = { cross_entropy: ["softmax", "sigmoid"], binary_cross_entropy: ["sigmoid", "softmax"], focal: ["softmax", "sigmoid"] };

export const outputsNotProbabilities = defineLintRule({
  id: "outputs-not-probabilities",
  severity: "error",
  problem: "learning",
  category: "activation",
  title: "Outputs are no probabilities",
  why: "The loss is told that the model's outputs are probabilities, and nothing keeps them between 0 and 1. What lies outside is clipped: there the loss is constant, and no gradient comes back.",
  what: "End the model with sigmoid (one output) or softmax (several), or compute the loss from logits: leave `from` out.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 6.2.2", "The commonest fault of DeepFD's programs (Cao et al., ICSE 2022): wrong activation, 25 of 52"],
  examples: {
    bad: [file("dense: 1", "binary_cross_entropy"), file("dense: { units: 2, activation: relu }", "cross_entropy"), file("dense: 1, tanh", "binary_cross_entropy")],
    good: [file("dense: { units: 1, activation: sigmoid }", "binary_cross_entropy"), file("dense: 2, softmax", "cross_entropy")],
  },
  check({ config, loss }) {
    const layer = outputLayer(config);
    const at = outputActivationPath(config);
    const last = outputActivation(config);
    if (loss === null || loss.arguments.from !== "probabilities" || layer === null || at === null) return null;
    if (last !== null && (probabilities[loss.kind] ?? [last.kind]).includes(last.kind)) return null;
    const wanted = loss.kind === "cross_entropy" ? "softmax" : widthOf(layer) > 1 ? "softmax" : "sigmoid";
    return {
      at,
      message: `${loss.kind} expects probabilities, and the model ends ${last === null ? "without an activation" : `with ${last.kind}`}: outputs outside 0 to 1 are clipped, and get no gradient.`,
      evidence: { activation: last?.kind ?? "linear" },
      fixes: [
        { title: `End with ${wanted}`, safe: true, edits: [withOutputActivation(at, wanted)] },
        ...(last === null ? [{ title: "Compute the loss from logits", safe: true, edits: [{ path: `loss.${loss.kind}.from`, value: "logits" }] }] : []),
      ],
    };
  },
});
