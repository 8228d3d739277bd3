import { z } from "zod";
import { activationAfter, hiddenLayers, outputLayer } from "../modelView.js";
import { defineLiveRule } from "./defineLiveRule.js";
import { short } from "./lowerRate.js";
import { isStuck, lately, layersWith } from "./progress.js";

export const vanishingGradient = defineLiveRule({
  id: "vanishing-gradient",
  severity: "warning",
  problem: "learning",
  category: "activation",
  title: "Gradient vanishes on its way",
  why: "Backpropagation multiplies by the slope of every activation that it passes. Where slopes are small the first layers get next to nothing: they stay as they were drawn, and the rest learns from random features.",
  what: "Use relu in hidden layers, batch_norm between them or residual connections around them.",
  sources: ["Hochreiter, 1991; Glorot and Bengio, 2010", "AutoTrainer (first over last layer's gradient below 1e-3); told only while the loss stays near what chance gives, since healthy models converge with ratios below it"],
  options: z.strictObject({ ratio: z.number().gt(0).default(1e-3).describe("First over last layer's gradient norm.") }),
  watch(context, { ratio }) {
    const [first] = hiddenLayers(context.config);
    const last = outputLayer(context.config);
    return {
      onSteps({ statistics }, history) {
        if (statistics.length === 0 || first === undefined || last === null) return "unchanged";
        const [low, high] = [lately(history, `gradient_norm/${first.name}`), lately(history, `gradient_norm/${last.name}`)];
        if (low === null || high === null) return "unchanged";
        // units that are off pass nothing at all: dead-units
        if (low.includes(0) || layersWith(history, "zero_fraction").some((name) => history.lastStatistics[`zero_fraction/${name}`] >= 0.95)) return "unchanged";
        const vanished = low.every((value, i) => high[i] > 0 && value < ratio * high[i]);
        if (!vanished || !isStuck(context, history)) return low.some((value, i) => value > 10 * ratio * high[i]) ? "healthy" : "unchanged";
        const activation = activationAfter(context.config, first);
        const norms = [low[low.length - 1], high[high.length - 1]];
        return {
          step: history.lastStep, level: 1, at: activation?.path ?? first.path, confidence: 0.75,
          message: `The gradient of ${first.name} is ${short(norms[0])}, that of ${last.name} ${short(norms[1])}: it vanishes on its way through the layers.`,
          evidence: { layer: first.name, gradient_norm: norms[0], last_gradient_norm: norms[1] },
          fixes: activation !== null && activation.kind !== "relu" && activation.path.endsWith(".activation") ? [{ title: "Use relu", safe: false, edits: [{ path: activation.path, value: "relu" }] }] : [],
        };
      },
    };
  },
});
