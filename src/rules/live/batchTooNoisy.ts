import { z } from "zod";
import { defineLiveRule } from "./defineLiveRule.js";
import { short } from "./lowerRate.js";
import { isFalling, shareOfChance } from "./progress.js";

export const batchTooNoisy = defineLiveRule({
  id: "batch-too-noisy",
  severity: "info",
  problem: "learning",
  category: "batch_size",
  title: "Batch too small for the gradient's noise",
  why: "A gradient over a few examples points where those examples want, not where all do. While the model is far from a minimum that hardly matters; later the steps are mostly noise, and the loss stays where the noise holds it.",
  what: "Take larger batches, accumulate, lower the rate towards the end (schedule: cosine), or average the weights.",
  sources: ["McCandlish et al., An Empirical Model of Large-Batch Training, 2018 (the noise scale tr(Sigma) / |g|^2)", "Without the gradients of single examples it is told by what it does: batches of four or fewer, a loss that has levelled off above a third of chance and a spread from step to step beyond its mean"],
  options: z.strictObject({ batch: z.int().min(1).default(4).describe("Largest batch that is told of.") }),
  watch(context, { batch }) {
    if (context.batchSize > batch || context.trainExamples < 50) return {};
    let [count, mean, square] = [0, 0, 0];
    return {
      onSteps({ losses, firstStep }) {
        for (let i = Math.max(0, Math.ceil(context.totalSteps / 2) - firstStep); i < losses.length; i += 1) {
          const loss = losses[i];
          if (!Number.isFinite(loss)) continue;
          count += 1;
          const delta = loss - mean;
          mean += delta / count;
          square += delta * (loss - mean);
        }
        return "unchanged";
      },
      onEnd(history) {
        const learned = shareOfChance(context, history);
        const deviation = Math.sqrt(square / Math.max(count - 1, 1));
        if (count < 100 || learned === null || learned < 1 / 3 || learned > 0.95 || deviation < mean || isFalling(history)) return "unchanged";
        return {
          step: history.lastStep, level: 1, at: "training.batch_size", confidence: 0.45,
          message: `Over the second half of the run the loss of a batch of ${context.batchSize} was ${short(mean)} with a deviation of ${short(deviation)} from step to step, and did not fall.`,
          evidence: { batch_size: context.batchSize, mean, deviation },
          fixes: [{ title: "Take batches of 32", safe: false, edits: [{ path: "training.batch_size", value: 32 }] }],
        };
      },
    };
  },
});
