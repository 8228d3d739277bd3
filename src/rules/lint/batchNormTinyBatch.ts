import { z } from "zod";
import { everyLayer } from "../../engine/layers/nested.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (batch: number, more = ""): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, bias: false }, batch_norm, relu, dense: 2]\nloss: cross_entropy\ntraining: { epochs: 20, batch_size: ${batch}${more} }\n`;

export const batchNormTinyBatch = defineLintRule({
  id: "batch-norm-tiny-batch",
  severity: "info",
  problem: "generalisation",
  category: "batch_size",
  title: "Batch normalisation over a tiny batch",
  why: "Mean and variance of two or four examples are mostly chance: each example's values depend on which others stand in its batch, and at inference, where moving averages take their place, on none. With accumulation the micro-batch counts.",
  what: "Take batches of 16 or more, or group_norm, layer_norm, which look at one example alone.",
  sources: ["Wu and He, Group Normalization, 2018 (figure 1: the error of batch norm grows below batches of 16: 23.6 % at 32, 25 % at 8, 34.7 % at 2)"],
  options: z.strictObject({ batch: z.int().min(2).default(8).describe("Smaller batches are told.") }),
  examples: { bad: [file(2), file(4, ", accumulate: 8")], good: [file(16), file(8)] },
  check({ config }, { batch }) {
    const { batchSize } = config.training;
    const layer = everyLayer(config.model).find(({ kind }) => kind === "batch_norm");
    if (layer === undefined || typeof batchSize !== "number" || batchSize < 2 || batchSize >= batch) return null;
    return {
      at: "training.batch_size",
      message: `${layer.name} takes its mean and variance from ${batchSize} examples.`,
      evidence: { batch_size: batchSize },
      confidence: 0.6,
      fixes: [{ title: "Take batches of 32", safe: false, edits: [{ path: "training.batch_size", value: 32 }] }],
    };
  },
});
