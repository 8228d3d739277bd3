import { z } from "zod";
import { everyLayer } from "../../engine/layers/nested.js";
import { isWeighted } from "../modelView.js";
import { defineLiveRule } from "./defineLiveRule.js";
import type { LiveContext } from "./liveContext.js";
import { short } from "./lowerRate.js";

/**
 * Times chance from which a first loss is a warning: healthy runs on unscaled iris begin at 4.5 times chance and recover in 20 steps, weights of
 * deviation 3 begin at several hundred times.
 */
const serious = 10;
/** Root mean square of inputs that is no fault by itself (the bound of unscaled-inputs). */
const bearable = 30;

export const initialLoss = defineLiveRule({
  id: "initial-loss",
  severity: "warning",
  problem: "learning",
  category: "initialisation",
  title: "Initial loss far from chance",
  why: "A model fresh from its initialisers knows nothing: its first loss should be near what chance gives, ln K for K classes, ln 2 for yes or no, the targets' mean square in a regression. Far above it the outputs are large: the first steps are spent undoing that. Far below it the answer leaks into the inputs, or the loss is not what it seems.",
  what: "Above: scale the inputs, take the default initialisers. Below: look for the target among the inputs.",
  sources: ["Karpathy, A Recipe for Training Neural Networks, 2019 (verify loss at init)", "Goodfellow, Bengio, Courville: Deep Learning, 8.4"],
  options: z.strictObject({ factor: z.number().gt(1).default(2.5).describe("How many times what chance gives counts as far above (with 1 more for cross entropies, 10 times for mse).") }),
  watch(context, { factor }) {
    let judged = false;
    let told = false;
    return {
      onSteps({ losses, firstStep }, history) {
        if (judged) {
          if (!told) return "unchanged";
          const recent = history.losses.stretch(0.8, 1);
          return recent !== null && history.losses.count >= 20 && context.chance !== null && recent.mean < context.chance ? "healthy" : "unchanged";
        }
        judged = true;
        const [first] = losses;
        const { start } = context;
        if (firstStep !== 1 || start === null || !(start > 0) || !Number.isFinite(first)) return "unchanged";
        // the loss of a few examples is a noisy measure of the mean
        const noise = 4 / Math.sqrt(context.batchSize);
        const squared = ["mse", "mae", "huber"].includes(context.loss.kind);
        const high = squared ? first > 4 * factor * start * (1 + noise) : first > factor * start + 1 + noise;
        const low = !squared && context.batchSize >= 8 && first < 0.5 * start - noise / 8;
        if (!high && !low) return "unchanged";
        told = true;
        const evidence = { loss: first, chance: start };
        // a few times chance is mended within some steps and hurts nobody; only outputs that are large beyond that do
        const severity = high && first <= serious * (squared ? 4 : 1) * start ? "info" as const : undefined;
        const compared = `The first loss is ${short(first)}; a model that knows nothing has about ${short(start)}`;
        if (low) return { step: 1, level: start / Math.max(first, 1e-9), evidence, at: "data", category: "data", confidence: 0.6, message: `${compared}.`, guess: "Does the target stand among the inputs?" };
        return { step: 1, level: first / start, evidence, severity, ...causeOfLarge(context, compared) };
      },
    };
  },
});

function causeOfLarge(context: LiveContext, compared: string) {
  const { config, inputRms } = context;
  if (inputRms > 5) {
    return {
      // inputs of this size train well as they are (digits of 0 to 16); larger ones are unscaled-inputs' as well
      ...(inputRms <= bearable ? { severity: "info" as const } : {}),
      at: "data.scaling", category: "preprocessing" as const, confidence: inputRms > 20 ? 0.85 : 0.7, message: `${compared}.`, guess: `Inputs have a root mean square of ${short(inputRms)}, and outputs are as large.`,
      fixes: [{ title: "Standardize the inputs", safe: false, edits: [{ path: "data.scaling", value: "standardize" }] }],
    };
  }
  const custom = everyLayer(config.model).find((layer) => isWeighted(layer) && layer.arguments.init !== undefined);
  if (custom !== undefined) {
    return {
      at: `${custom.path}.init`, confidence: 0.75, message: `${compared}.`, guess: "The initial weights make outputs that are too large.",
      fixes: [{ title: "Use the default initialiser", safe: false, edits: [{ path: `${custom.path}.init`, remove: true as const }] }],
    };
  }
  return { at: "model", confidence: 0.5, message: `${compared}.`, guess: "Outputs start too large." };
}
