import { z } from "zod";
import { optimizers } from "../../engine/optimizers/registry.js";
import { everyLayer } from "../../engine/layers/nested.js";
import { defineLiveRule } from "./defineLiveRule.js";
import { short } from "./lowerRate.js";
import { isStuck, lately, layersWith } from "./progress.js";

export const weightsUnchanged = defineLiveRule({
  id: "weights-unchanged",
  severity: "warning",
  problem: "learning",
  category: "learning_rate",
  title: "Weights that do not change",
  why: "A layer whose weights stay as they were drawn takes no part in learning: no gradient reaches it, its rate is next to nothing, or steps are too small for float32.",
  what: "Raise the rate; look whether something before the loss stops the gradient (dead units, saturation), and whether a group is frozen.",
  sources: ["SageMaker Debugger, UnchangedTensor (equal over 3 checks, relative 1e-5)", "Told only while the loss stays near what chance gives: weights come to rest in every run that has learned"],
  options: z.strictObject({ ratio: z.number().gt(0).default(1e-6).describe("Change of a layer's weights in a step, relative to their size.") }),
  watch(context, { ratio }) {
    const groups = context.config.optimizer.arguments.groups as readonly unknown[] | undefined;
    return {
      onSteps({ statistics }, history) {
        // frozen layers are meant to stay
        if (statistics.length === 0 || groups !== undefined) return "unchanged";
        const names = layersWith(history, "update_ratio");
        const still = names.filter((name) => lately(history, `update_ratio/${name}`)?.every((value) => value < ratio));
        if (still.length === 0) return names.length > 0 ? "healthy" : "unchanged";
        if (!isStuck(context, history, 0.95) || !(history.learningRate > 0)) return "unchanged";
        // a rate far below the usual is reason enough, even where some layer's small weights move visibly
        const all = still.length === names.length || context.optimizer.lr < 0.01 * Number(optimizers.get(context.optimizer.kind)?.arguments.parse({}).lr);
        const higher = Number((context.optimizer.lr * 100).toPrecision(2));
        const layer = everyLayer(context.config.model).find(({ name }) => name === still[0]);
        const zero = (history.gradientNorms.at(-1) ?? 1) === 0;
        return {
          step: history.lastStep, level: 1, confidence: 0.75,
          at: all && !zero ? context.optimizer.lrPath : layer?.path ?? "model",
          category: all && !zero ? "learning_rate" : "activation",
          message: `A step changes the weights of ${all ? "every layer" : still[0]} by ${short(Math.max(...still.map((name) => history.lastStatistics[`update_ratio/${name}`])))} of their size: they stay as they were drawn.`,
          evidence: { layer: still[0], layers: still.length, update_ratio: history.lastStatistics[`update_ratio/${still[0]}`], learning_rate: history.learningRate },
          fixes: all && !zero ? [{ title: `Set lr to ${higher}`, safe: false, edits: [{ path: context.optimizer.lrPath, value: higher }] }] : [],
        };
      },
    };
  },
});
