import { z } from "zod";
import { defineLiveRule } from "./defineLiveRule.js";
import { lowerRate, short } from "./lowerRate.js";
import { isFalling } from "./progress.js";
import { median } from "./runHistory.js";

export const oscillatingLoss = defineLiveRule({
  id: "oscillating-loss",
  severity: "info",
  problem: "learning",
  category: "learning_rate",
  title: "Validation swings from evaluation to evaluation",
  why: "The model jumps from one side of a minimum to the other: each evaluation finds it somewhere else, and where the run ends is chance.",
  what: "Lower the learning rate, let it fall (schedule: cosine), take larger batches, or average the weights (training.average).",
  sources: ["AutoTrainer, oscillating loss (accuracy swings of 0.03 in a fifth of the epochs); here swings of half the loss itself in most of eight evaluations, beyond what the number of examples explains"],
  options: z.strictObject({ swing: z.number().gt(0).default(0.5).describe("Median change of the validation loss from one evaluation to the next, relative to its mean.") }),
  watch(context, { swing }) {
    const losses: number[] = [];
    return {
      onEvaluation({ split, metrics }) {
        if (split === "validation" && metrics.loss !== undefined) losses.push(metrics.loss);
        if (losses.length > 9) losses.shift();
        return "unchanged";
      },
      onEnd(history) {
        if (losses.length < 9 || !losses.every(Number.isFinite) || isFalling(history)) return "unchanged";
        const changes = losses.slice(1).map((loss, i) => loss - losses[i]);
        const mean = losses.reduce((a, b) => a + b, 0) / losses.length;
        const size = median(changes.map(Math.abs));
        const turns = changes.slice(1).filter((change, i) => change * changes[i] < 0).length;
        // few examples waver by themselves, and losses near nothing double by chance
        const noise = 2 / Math.sqrt(Math.max(context.validationExamples, 1));
        if (size < Math.max(swing, noise) * mean || turns < 4 || mean < 0.1 * (context.chance ?? mean)) return "unchanged";
        return {
          step: history.lastStep, level: 1, at: context.optimizer.lrPath, confidence: 0.6,
          message: `From one evaluation to the next the validation loss changes by ${short(size)} up and down, at a mean of ${short(mean)}.`,
          evidence: { change: size, mean, turns }, fixes: lowerRate(context),
        };
      },
    };
  },
});
