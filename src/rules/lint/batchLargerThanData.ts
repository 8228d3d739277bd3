import { defineLintRule } from "./defineLintRule.js";

const file = (training: string): string => `data: { train: { generate: two_moons, examples: 200 } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\ntraining: { ${training}, epochs: 50 }\n`;

export const batchLargerThanData = defineLintRule({
  id: "batch-larger-than-data",
  severity: "info",
  problem: "learning",
  category: "batch_size",
  title: "Batch larger than the data",
  why: "An epoch is then a single step over all examples: there is none of the noise that helps small batches generalise, and as many steps as epochs.",
  what: "Take batches of 16 to 64; or say batch_size: full, where that is what is meant.",
  sources: ["Keskar et al., On Large-Batch Training for Deep Learning, 2017", "Masters and Luschi, Revisiting Small Batch Training for Deep Neural Networks, 2018 (2 to 32)"],
  examples: { bad: [file("batch_size: 512")], good: [file("batch_size: 32"), file("batch_size: full")] },
  check({ config: { training }, trainExamples }) {
    const { batchSize, accumulate } = training;
    // the default of 32 over a handful of examples is nobody's choice
    if (typeof batchSize !== "number" || trainExamples === null || batchSize * accumulate <= Math.max(trainExamples, 32)) return null;
    return {
      at: "training.batch_size",
      message: `A step takes ${batchSize * accumulate} examples and there are ${trainExamples} to train on: every epoch is one step.`,
      evidence: { batch_size: batchSize * accumulate, examples: trainExamples },
      confidence: 0.6,
      fixes: [{ title: "Take batches of 32", safe: false, edits: [{ path: "training.batch_size", value: 32 }, ...(accumulate > 1 ? [{ path: "training.accumulate", remove: true as const }] : [])] }],
    };
  },
});
