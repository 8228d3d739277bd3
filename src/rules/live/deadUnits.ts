import { z } from "zod";
import { everyLayer } from "../../engine/layers/nested.js";
import { defineLiveRule, type Verdict } from "./defineLiveRule.js";
import { fewUnits } from "./blockedLayers.js";
import { lowerRate, short } from "./lowerRate.js";
import { isWeighted, widthOf, widthPath } from "../modelView.js";
import { lately, layersWith, shareOfChance } from "./progress.js";

export const deadUnits = defineLiveRule({
  id: "dead-units",
  severity: "warning",
  problem: "learning",
  category: "learning_rate",
  title: "ReLU units that are off for every example",
  why: "Where ReLU is off its gradient is zero: a unit that is off for every example never comes back. One step that was too long can switch a whole layer off.",
  what: "Lower the rate, warm it up, or use leaky_relu; he_normal and biases at zero keep units alive at the start.",
  sources: ["Lu et al., Dying ReLU and Initialization, 2019", "SageMaker Debugger, DeadRelu (below 1 % active); told as a warning only while the loss is above half of what chance gives: sparse layers of models that learn are healthy"],
  options: z.strictObject({ share: z.number().gt(0.5).lte(1).default(0.99).describe("Share of a layer's values that are zero, five measured steps in a row.") }),
  watch(context, { share }) {
    return {
      onSteps({ statistics }, history): Verdict {
        if (statistics.length === 0) return "unchanged";
        const dead = layersWith(history, "zero_fraction").find((name) => lately(history, `zero_fraction/${name}`)?.every((value) => value >= share));
        if (dead === undefined) return layersWith(history, "zero_fraction").every((name) => history.lastStatistics[`zero_fraction/${name}`] < 0.9 * share) ? "healthy" : "unchanged";
        const learned = shareOfChance(context, history);
        if (learned === null || learned < 0.5) return "unchanged";
        const zeros = history.lastStatistics[`zero_fraction/${dead}`];
        const died = (history.firstStatistics?.[`zero_fraction/${dead}`] ?? 1) < 0.9;
        const layer = everyLayer(context.config.model).find(({ name }) => name === dead);
        // a layer of few units is off as a whole by chance: it is their number that is wrong
        const narrow = layer !== undefined && isWeighted(layer) && widthOf(layer) <= fewUnits;
        if (narrow) {
          return {
            step: history.lastStep, level: 1, at: widthPath(layer), category: "architecture", confidence: 0.75,
            message: `${dead} is off for ${short(100 * zeros)} % of its values: no gradient passes it.`, guess: `It has only ${widthOf(layer)} unit${widthOf(layer) === 1 ? "" : "s"}.`,
            evidence: { layer: dead, zero_fraction: zeros, units: widthOf(layer) },
            fixes: [{ title: "Set it to 32", safe: false, edits: [{ path: widthPath(layer), value: 32 }] }],
            otherwise: { category: "learning_rate", at: context.optimizer.lrPath },
          };
        }
        return {
          step: history.lastStep, level: 1, confidence: 0.75,
          at: died || layer === undefined ? context.optimizer.lrPath : layer.path,
          category: died ? "learning_rate" : "initialisation",
          message: `${dead} is off for ${short(100 * zeros)} % of its values${died ? `, ${short(100 * (history.firstStatistics?.[`zero_fraction/${dead}`] ?? 0))} % at the start` : " since the start"}: no gradient passes it.`,
          evidence: { layer: dead, zero_fraction: zeros, learning_rate: history.learningRate },
          fixes: died ? lowerRate(context) : [],
        };
      },
    };
  },
});
