import { defineLiveRule } from "./defineLiveRule.js";
import { lowerRate, short } from "./lowerRate.js";

export const nonFiniteLoss = defineLiveRule({
  id: "non-finite-loss",
  severity: "error",
  problem: "learning",
  category: "learning_rate",
  title: "Loss is no longer finite",
  why: "A loss of NaN or infinity makes every weight that it reaches NaN: nothing after this step can be used. Most often steps were too long and grew; at the first step the inputs or the initial weights are too large.",
  what: "Lower the learning rate, clip gradients (training: { clip: { norm: 1 } }), and scale the inputs.",
  sources: ["SageMaker Debugger, TensorNotFinite (any NaN or infinity)"],
  watch(context) {
    let told = false;
    return {
      onSteps({ firstStep, losses }, history) {
        if (told || history.firstNonFinite < 0) return "unchanged";
        const index = history.firstNonFinite;
        told = true;
        const step = firstStep + index;
        const seen = history.losses.count;
        const evidence = { loss: String(losses[index]), learning_rate: history.learningRate, last_gradient_norm: history.gradientNorms.at(-1) ?? null };
        if (seen === 0) {
          const large = context.inputRms > 20;
          return {
            step, level: 1, evidence, confidence: large ? 0.8 : 0.5, category: large ? "preprocessing" : "numerics", at: large ? "data.scaling" : "data",
            message: `The loss is ${losses[index]} at the very first step, before any weight has moved.`, guess: large ? `Inputs have a root mean square of ${short(context.inputRms)}.` : undefined,
            fixes: large ? [{ title: "Standardize the inputs", safe: false, edits: [{ path: "data.scaling", value: "standardize" }] }] : [],
          };
        }
        const recent = history.losses.stretch(0.9, 1)?.mean ?? null;
        const grew = recent !== null && history.firstLoss !== null && recent > 2 * history.firstLoss;
        return {
          step, level: 1, evidence, confidence: grew || seen < 50 ? 0.85 : 0.65, at: context.optimizer.lrPath,
          message: `The loss became ${losses[index]} at step ${step}${grew ? `, after rising from ${short(history.firstLoss as number)} to ${short(recent as number)}` : ""}.`,
            guess: `Steps at a learning rate of ${short(history.learningRate)} are too long.`,
          fixes: lowerRate(context),
        };
      },
    };
  },
});
