import { everyLayer } from "../../engine/layers/nested.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (batch: number): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, bias: false }, batch_norm, relu, dense: 2]\nloss: cross_entropy\ntraining: { epochs: 2, batch_size: ${batch} }\n`;

export const batchNormOfOne = defineLintRule({
  id: "batch-norm-of-one",
  severity: "error",
  problem: "learning",
  category: "batch_size",
  title: "Batch normalisation over a batch of one",
  why: "batch_norm subtracts the batch's mean. Of one example that is the example itself: every row becomes zero, and what is learned for inference has nothing to do with training.",
  what: "Take batches of 16 or more, or leave batch_norm out.",
  sources: ["Wu and He, Group Normalization, 2018 (error of batch norm grows below batches of 16)"],
  examples: { bad: [file(1)], good: [file(16), file(32)] },
  check({ config }) {
    const layer = everyLayer(config.model).find(({ kind }) => kind === "batch_norm");
    if (layer === undefined || config.training.batchSize !== 1) return null;
    return {
      at: "training.batch_size",
      message: `${layer.name} normalises over batches of one example: a row minus its own mean is zero.`,
      confidence: 0.95,
      fixes: [{ title: "Take batches of 32", safe: false, edits: [{ path: "training.batch_size", value: 32 }] }],
    };
  },
});
