import { z } from "zod";
import { defineLiveRule } from "./defineLiveRule.js";
import { short } from "./lowerRate.js";
import { isFalling, shareOfChance } from "./progress.js";

export const noGapBetweenCurves = defineLiveRule({
  id: "no-gap-between-curves",
  severity: "info",
  problem: "generalisation",
  category: "architecture",
  title: "No gap between the curves",
  why: "Training and validation loss lie on each other to the end, well above zero: the model learns nothing by heart at all. Often it could be larger, or restrained less, and do better on both.",
  what: "Try wider or more layers, less dropout and decay; stop when validation no longer follows.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 11.3 and 5.2", "Noise in the targets has the same look: a hint, of runs whose restraint is to be seen in the file"],
  options: z.strictObject({ share: z.number().gt(0).lt(1).default(0.3).describe("Least loss at the end, as a share of what the best constant answer gives.") }),
  watch(context, { share }) {
    const gaps: number[] = [];
    const { regularization, model, optimizer } = context.config;
    const restraint = model.find(({ kind, arguments: args }) => kind === "dropout" && Number(args.rate) > 0)?.path
      ?? (regularization !== null ? "regularization" : Number(optimizer.arguments.weight_decay ?? 0) > 0.05 ? `optimizer.${optimizer.kind}.weight_decay` : null);
    return {
      onEvaluation({ split, metrics }, history) {
        const train = history.trainLossOfEvaluation;
        if (split === "validation" && metrics.loss !== undefined && train !== null && train > 0) gaps.push((metrics.loss - train) / train);
        return "unchanged";
      },
      onEnd(history) {
        const learned = shareOfChance(context, history);
        const last = gaps.slice(-5);
        if (restraint === null || learned === null || learned < share || learned > 0.9 || last.length < 5 || isFalling(history) || !last.every((gap) => gap < 0.03) || context.validationExamples < 100) return "unchanged";
        return {
          step: history.lastStep, level: 1, at: restraint, confidence: 0.4,
          message: `The validation loss is no higher than the training loss to the end, at ${short(learned)} of what answering the same for every input gives: the model may be restrained too much.`,
          evidence: { share: learned, gap: last[last.length - 1] },
        };
      },
    };
  },
});
