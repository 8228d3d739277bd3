import { z } from "zod";
import { defineLiveRule } from "./defineLiveRule.js";
import { short } from "./lowerRate.js";
import { isFalling } from "./progress.js";

export const unstableCurvature = defineLiveRule({
  id: "unstable-curvature",
  severity: "warning",
  problem: "learning",
  category: "learning_rate",
  title: "Learning rate above what the curvature allows",
  why: "Along the direction in which the loss bends most, a step of plain descent that is longer than 2 / curvature lands higher on the other side than it began: the weights swing, each swing wider than the last, until the loss explodes or training settles somewhere flatter and worse.",
  what: "Lower the learning rate to half of what is stable, or reach it by a warm-up; scaled inputs and normalisation make the loss bend less.",
  sources: [
    "Stability of gradient descent on a quadratic form: rate < 2 / largest eigenvalue of the Hessian; with momentum rho 2 (1 + rho)",
    "Cohen et al., Gradient Descent on Neural Networks Typically Occurs at the Edge of Stability, 2021: healthy runs hover at the bound itself, so that only half as much again counts",
    "Cohen et al., Adaptive Gradient Methods at the Edge of Stability, 2022: Adam's bound is (2 + 2 beta1) / (1 - beta1), 38 by default, of the Hessian divided as Adam divides the gradient",
    "The eigenvalue is Lanczos' on Hessian-vector products; a run measures it by itself only once it is in trouble, before its first step's weights and at the step of the trouble",
  ],
  options: z.strictObject({ times: z.number().gte(1).default(1.5).describe("How many times the largest stable rate is too much.") }),
  watch(context, { times }) {
    return {
      onCurvature({ step, rate, stableRate, largest, smallest }, history) {
        if (stableRate === null || !Number.isFinite(stableRate)) return "unchanged";
        if (rate <= times * stableRate) return "healthy";
        const half = Number((stableRate / 2).toPrecision(2));
        const where = step === 0 ? "Before the first step" : `At step ${step}`;
        // a schedule or the panel may have moved the rate: what the file says is lowered in proportion
        const lr = step === 0 || history.learningRate === context.optimizer.lr ? half : Number((context.optimizer.lr * (half / rate)).toPrecision(2));
        return {
          step: Math.max(step, history.lastStep), level: rate / stableRate, at: context.optimizer.lrPath, confidence: 0.85,
          // a loss that falls all the same is at the edge of stability, which many good runs are
          ...(isFalling(history) ? { severity: "info" as const } : {}),
          message: `${where} the largest curvature of the loss is ${short(largest)}: ${context.optimizer.kind} is stable up to a rate of ${short(stableRate)}, and the rate is ${short(rate)}.`,
          evidence: { largest_curvature: largest, smallest_curvature: smallest, stable_rate: stableRate, learning_rate: rate, measured_at: step },
          fixes: [{ title: `Set lr to ${lr}`, safe: false, edits: [{ path: context.optimizer.lrPath, value: lr }] }],
        };
      },
    };
  },
});
