import { z } from "zod";
import { activationAfter, hiddenLayers, widthOf, widthPath } from "../modelView.js";
import { cutShort } from "./cutShort.js";
import { defineLiveRule } from "./defineLiveRule.js";
import { short } from "./lowerRate.js";
import { isFalling, shareOfChance } from "./progress.js";

export const underfitting = defineLiveRule({
  id: "underfitting",
  severity: "warning",
  problem: "learning",
  category: "architecture",
  title: "Model too small for what it is to learn",
  why: "The loss has levelled off well above zero on the very examples that the model learns from: more steps do not help it, and of overfitting there is no sign. A hidden layer of a few units can draw only a few borders.",
  what: "Make hidden layers wider, or add one; then see whether the training loss falls.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 5.2 and 11.3 (training error too high: more capacity)", "Noise in the data looks the same, therefore it is told only of hidden layers of four units or fewer; spirals behind two units end at 0.9 of chance, behind 64 near 0"],
  options: z.strictObject({
    units: z.int().min(1).default(4).describe("Widest hidden layer that is told of."),
    share: z.number().gt(0).lt(1).default(0.7).describe("Loss at the end, as a share of what the best constant answer gives."),
  }),
  watch: (context, { units, share }) => ({
    onEnd(history) {
      const hidden = hiddenLayers(context.config);
      const widest = hidden.toSorted((a, b) => widthOf(b) - widthOf(a))[0];
      const learned = shareOfChance(context, history);
      // the least networks for xor and its like have two units: a handful of examples is a lesson
      if (widest === undefined || widthOf(widest) > units || activationAfter(context.config, widest) === null || learned === null || context.trainExamples < 50) return "unchanged";
      if (learned < share || learned > 0.98 || history.losses.count < 200 || isFalling(history) || cutShort(context, history) !== null) return "unchanged";
      const wanted = 16 * units;
      return {
        step: history.lastStep, level: learned, at: widthPath(widest), confidence: 0.65,
        message: `The training loss has levelled off at ${short(learned)} of what answering the same for every input gives, and the widest hidden layer has ${widthOf(widest)} units.`,
        evidence: { share: learned, units: widthOf(widest) },
        fixes: [{ title: `Set ${widest.name} to ${wanted}`, safe: false, edits: [{ path: widthPath(widest), value: wanted }] }],
      };
    },
  }),
});
