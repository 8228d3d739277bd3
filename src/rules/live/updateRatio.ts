import { z } from "zod";
import { defineLiveRule } from "./defineLiveRule.js";
import { lowerRate, short } from "./lowerRate.js";
import { isStuck, lately, layersWith } from "./progress.js";

export const updateRatio = defineLiveRule({
  id: "update-ratio",
  severity: "info",
  problem: "learning",
  category: "learning_rate",
  title: "Steps as long as the weights themselves",
  why: "A step that changes a layer's weights by a good part of their size throws away what they held. Usual is about a thousandth a step.",
  what: "Lower the learning rate.",
  sources: ["TheDeepChecker (log10 of the ratio outside -4 to -1)", "By itself the figure tells little: healthy and damaged runs have been seen at the same 0.09, and layers that start near zero take long steps at first; told only after a tenth of the run and while the loss stays near what chance gives"],
  options: z.strictObject({ high: z.number().gt(0).default(0.2).describe("Change of a layer's weights in a step, relative to their size, five measured steps in a row.") }),
  watch(context, { high }) {
    return {
      onSteps({ statistics }, history) {
        if (statistics.length === 0 || history.lastStep < 0.1 * context.totalSteps) return "unchanged";
        const names = layersWith(history, "update_ratio");
        const found = names.find((name) => lately(history, `update_ratio/${name}`)?.every((value) => value > high));
        if (found === undefined) return names.every((name) => history.lastStatistics[`update_ratio/${name}`] < high / 2) ? "healthy" : "unchanged";
        if (!isStuck(context, history)) return "unchanged";
        const ratio = history.lastStatistics[`update_ratio/${found}`];
        return {
          step: history.lastStep, level: ratio, at: context.optimizer.lrPath, confidence: 0.65,
          message: `Each step changes the weights of ${found} by ${short(ratio)} of their size, and the loss is no better than chance.`,
          evidence: { layer: found, update_ratio: ratio, learning_rate: history.learningRate }, fixes: lowerRate(context),
        };
      },
    };
  },
});
