import { holdsWeights, sequences } from "../modelView.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (between: string): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, ${between}, dense: 2]\nloss: cross_entropy\n`;

export const dropoutBeforeBatchNorm = defineLintRule({
  id: "dropout-before-batch-norm",
  severity: "warning",
  problem: "generalisation",
  category: "regularization",
  title: "Dropout before batch normalisation",
  why: "Dropout changes the variance of what it passes on in training, not at inference. batch_norm learns the training variance and divides by it at inference, where it no longer holds: outputs are shifted and validation is worse than it need be.",
  what: "Put dropout after batch_norm, best after the last one, or leave it out: batch_norm regularises as well.",
  sources: ["Li et al., Understanding the Disharmony between Dropout and Batch Normalization by Variance Shift, CVPR 2019"],
  examples: {
    bad: [file("dropout: 0.5, batch_norm"), file("dropout: 0.3, linear, batch_norm")],
    good: [file("batch_norm, dropout: 0.5"), file("dropout: 0, batch_norm"), file("dropout: 0.5")],
  },
  check({ config: { model } }) {
    const places = sequences(model).flatMap((sequence) => sequence.map((layer, index) => ({ layer, rest: sequence.slice(index + 1) })));
    for (const { layer, rest } of places) {
      if (layer.kind !== "dropout" || layer.arguments.rate === 0) continue;
      const weighted = rest.findIndex(holdsWeights);
      const norm = rest.slice(0, weighted < 0 ? undefined : weighted).find((candidate) => candidate.kind === "batch_norm");
      if (norm === undefined) continue;
      const place = (path: string): string => path.replace(/\.[a-z_]+$/, "");
      return {
        at: layer.path,
        message: `${layer.name} drops values before ${norm.name}: the variance that batch_norm learns in training is not the one at inference.`,
        evidence: { rate: layer.arguments.rate as number },
        confidence: 0.8,
        fixes: [
          { title: "Swap the two", safe: false, edits: [{ path: place(layer.path), value: "batch_norm" }, { path: place(norm.path), value: { dropout: layer.arguments.rate as number } }] },
          { title: "Remove the dropout", safe: false, edits: [{ path: place(layer.path), remove: true }] },
        ],
      };
    }
    return null;
  },
});
