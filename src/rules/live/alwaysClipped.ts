import { z } from "zod";
import { defineLiveRule } from "./defineLiveRule.js";
import { lowerRate, short } from "./lowerRate.js";
import { median } from "./runHistory.js";

export const alwaysClipped = defineLiveRule({
  id: "always-clipped",
  severity: "info",
  problem: "learning",
  category: "optimizer",
  title: "Every step is clipped",
  why: "Clipping is for the exception. Where the norm is beyond the bound at every step, all steps have the same length: the bound, not the gradient, sets the pace, and the rate that was found with it holds for no other bound.",
  what: "Raise the bound above the usual norm, or lower the rate.",
  sources: ["Pascanu, Mikolov, Bengio, 2013 (bounds of half to ten times the average norm)", "SageMaker Debugger and others: more than half of the updates; here nine in ten at twice the bound or more, after the first fifth of the run"],
  options: z.strictObject({ share: z.number().gt(0).lte(1).default(0.9).describe("Share of the measured steps that are clipped.") }),
  watch(context, { share }) {
    const { clip } = context.config.training;
    return {
      onEnd(history) {
        const norms = history.gradientNorms.filter(Number.isFinite);
        // what divides by the gradient's size does not mind
        if (clip === null || clip.kind !== "norm" || context.optimizer.kind !== "sgd" || norms.length < 10 || history.lastStep < context.totalSteps / 5) return "unchanged";
        const clipped = norms.filter((norm) => norm > 2 * clip.limit).length / norms.length;
        if (clipped < share) return "healthy";
        const usual = median(norms);
        const wanted = Number((2 * usual).toPrecision(2));
        return {
          step: history.lastStep, level: 1, at: "training.clip.norm", confidence: 0.5,
          message: `${Math.round(100 * clipped)} % of the last steps were clipped: the gradient's norm is about ${short(usual)}, the bound ${clip.limit}.`,
          evidence: { share: clipped, gradient_norm: usual, clip: clip.limit },
          fixes: [{ title: `Clip at ${wanted}`, safe: false, edits: [{ path: "training.clip.norm", value: wanted }] }, ...lowerRate(context).slice(0, 1)],
        };
      },
    };
  },
});
