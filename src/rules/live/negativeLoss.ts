import { defineLiveRule } from "./defineLiveRule.js";
import { short } from "./lowerRate.js";

/** Losses that are never below 0 where targets and outputs are what they are meant to be. */
const neverNegative = new Set(["cross_entropy", "binary_cross_entropy", "nll", "mse", "mae", "huber", "focal", "hinge"]);

export const negativeLoss = defineLiveRule({
  id: "negative-loss",
  severity: "error",
  problem: "learning",
  category: "loss",
  title: "Loss below zero",
  why: "These losses are 0 for perfect answers and cannot be better. Below 0 the loss does not measure what it is meant to: outputs that are no probabilities (nll without log_softmax), or targets outside 0 to 1 (binary_cross_entropy).",
  what: "Let outputs and targets be what the loss expects, or take a loss that fits them.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 6.2.2"],
  watch(context) {
    let told = false;
    return {
      onSteps({ losses, firstStep }, history) {
        if (told || !(history.leastOfChunk < -1e-4) || !neverNegative.has(context.loss.kind)) return "unchanged";
        const index = losses.findIndex((loss) => loss < -1e-4);
        if (index < 0) return "unchanged";
        told = true;
        return { step: firstStep + index, level: 1, at: "loss", confidence: 0.95, message: `${context.loss.kind} is ${short(losses[index])} at step ${firstStep + index}; its least value is 0.`, evidence: { loss: losses[index] } };
      },
    };
  },
});
