import { z } from "zod";
import { defineLiveRule } from "./defineLiveRule.js";
import { lowerRate, short } from "./lowerRate.js";

export const explodingGradient = defineLiveRule({
  id: "exploding-gradient",
  severity: "warning",
  problem: "learning",
  category: "learning_rate",
  title: "Gradient explodes",
  why: "When gradients grow from step to step, steps grow with them, and the loss runs away: soon it is no longer finite.",
  what: "Lower the learning rate, or clip the gradient: training: { clip: { norm: 1 } }.",
  sources: ["Pascanu, Mikolov, Bengio, On the difficulty of training recurrent neural networks, 2013", "TheDeepChecker (growth), SageMaker Debugger (spike of 10 times the median); here 100 times the run's usual norm and a loss that got worse, because norms also grow when learning sets in"],
  options: z.strictObject({ growth: z.number().gt(1).default(100).describe("How many times the norm of the run's first steps.") }),
  watch(context, { growth }) {
    return {
      onSteps({ statistics }, history) {
        if (!statistics.some(({ values }) => values.gradient_norm !== undefined)) return "unchanged";
        const { usualNorm, gradientNorms } = history;
        const latest = gradientNorms.slice(-5);
        const norm = latest.at(-1) ?? 0;
        if (usualNorm === null || !(usualNorm > 0)) return "unchanged";
        const large = latest.filter((value) => !(value < growth * usualNorm)).length;
        const [recent, best] = large < 3 ? [null, null] : [history.losses.stretch(0.9, 1), history.losses.best()];
        const worse = recent === null || best === null || recent.mean > 1.5 * best;
        if (large < 3 || !worse) return latest.length === 5 && latest.every((value) => value < 10 * usualNorm) ? "healthy" : "unchanged";
        return {
          step: history.lastStep, level: norm / usualNorm, at: context.optimizer.lrPath, confidence: 0.75,
          message: `The gradient's norm is ${short(norm)}, ${short(norm / usualNorm)} times what it was in the first steps (${short(usualNorm)})${recent !== null && best !== null ? `, and the loss rose from ${short(best)} to ${short(recent.mean)}` : ""}.`,
          evidence: { gradient_norm: norm, usual: usualNorm, loss: recent?.mean ?? null, learning_rate: history.learningRate },
          fixes: lowerRate(context),
        };
      },
    };
  },
});
