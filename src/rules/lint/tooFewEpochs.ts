import { z } from "zod";
import { defineLintRule } from "./defineLintRule.js";
import { runLength } from "./runLength.js";

const file = (training: string): string => `data: { train: { generate: two_moons, examples: 1000 } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\ntraining: { ${training} }\n`;

export const tooFewEpochs = defineLintRule({
  id: "too-few-epochs",
  severity: "warning",
  problem: "learning",
  category: "epochs",
  title: "Only a few steps in all",
  why: "Every step moves the weights by a little of their size: at usual rates some hundred steps are needed before anything is learnt. Epochs say nothing of it: ten epochs of one batch each are ten steps.",
  what: "Train for more epochs, or take smaller batches, which make more steps of an epoch.",
  sources: ["DeepFD's programs (Cao et al., ICSE 2022): too few epochs are the cause in 18 of 52", "Measured: Adam's first steps move a weight by the rate each; at 1e-3 weights of size 0.1 have moved by a tenth of it after ten steps"],
  options: z.strictObject({ steps: z.int().min(1).default(10).describe("Fewer steps than this are told.") }),
  examples: { bad: [file("epochs: 5, batch_size: full"), file("epochs: 1, batch_size: 500")], good: [file("epochs: 5"), file("epochs: 200, batch_size: full"), file("epochs: 1, batch_size: 32")] },
  check(context, { steps }) {
    const { totalSteps, stepsPerEpoch } = runLength(context);
    if (totalSteps === null || totalSteps >= steps || context.config.training.steps !== null) return null;
    const { epochs, batchSize } = context.config.training;
    const large = batchSize === "full" || (typeof batchSize === "number" && batchSize > 64 && stepsPerEpoch !== null && stepsPerEpoch <= 4);
    // batches of 32 where that alone makes steps enough
    const smaller = context.trainExamples === null ? 0 : Math.ceil(context.trainExamples / 32) * (epochs ?? 1);
    const wanted = Math.max(50, steps) * (epochs ?? 1);
    const more = { title: `Train for ${wanted} epochs`, safe: false, edits: [{ path: "training.epochs", value: wanted }] };
    const batches = { title: "Take batches of 32", safe: false, edits: [{ path: "training.batch_size", value: 32 }] };
    const byBatch = large && smaller >= steps;
    return {
      at: byBatch ? "training.batch_size" : "training.epochs",
      category: byBatch ? "batch_size" : undefined,
      message: `The run has ${totalSteps} step${totalSteps === 1 ? "" : "s"} in all: ${epochs ?? 1} epoch${epochs === 1 ? "" : "s"} of ${stepsPerEpoch ?? 1}.`,
      evidence: { steps: totalSteps, epochs, steps_per_epoch: stepsPerEpoch },
      confidence: 0.8,
      fixes: byBatch ? [batches, more] : [more],
    };
  },
});
