import { behindOutput, isNormalising, placeOf } from "../modelView.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (model: string): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, ${model}]\nloss: cross_entropy\n`;

export const normalisationAtOutput = defineLintRule({
  id: "normalisation-at-output",
  severity: "warning",
  problem: "learning",
  category: "architecture",
  title: "Normalisation behind the output layer",
  why: "Normalising the outputs gives every answer the same mean and spread over a batch: what the model says of one example depends on the others, and how sure it is no longer comes from the example.",
  what: "Put batch_norm between hidden layers.",
  sources: ["Ioffe and Szegedy, Batch Normalization, 2015 (before hidden nonlinearities)"],
  examples: { bad: [file("dense: 2, batch_norm")], good: [file("batch_norm, dense: 2")] },
  check({ config }) {
    const layer = behindOutput(config).find(isNormalising);
    if (layer === undefined) return null;
    return {
      at: layer.path,
      message: `${layer.name} normalises the model's outputs: each answer depends on the rest of its batch.`,
      confidence: 0.85,
      fixes: [{ title: `Remove the ${layer.kind}`, safe: false, edits: [{ path: placeOf(layer.path), remove: true }] }],
    };
  },
});
