import { everyLayer } from "../../engine/layers/nested.js";
import { defineLiveRule } from "./defineLiveRule.js";
import { lowerRate } from "./lowerRate.js";

/** What is measured of a layer, in the order in which a step makes it: values, then gradients, then weights. */
const order = ["activation_mean", "activation_std", "gradient_norm", "update_ratio", "weight_norm"] as const;
const what: Readonly<Record<string, string>> = { activation_mean: "values", activation_std: "values", gradient_norm: "gradient", update_ratio: "step", weight_norm: "weights" };

export const nonFiniteLayer = defineLiveRule({
  id: "non-finite-layer",
  severity: "warning",
  problem: "learning",
  category: "numerics",
  title: "A layer's figures are no numbers",
  why: "NaN and infinity spread: one such weight makes all that follows from it NaN. The first layer in which they show is where to look.",
  what: "Lower the learning rate, clip the gradient, scale the inputs; look at the layer's values in the steps before.",
  sources: ["SageMaker Debugger, tensors with NaN or Inf"],
  watch(context) {
    let told = false;
    return {
      onSteps({ statistics }) {
        if (told) return "unchanged";
        for (const { step, values } of statistics) {
          for (const tag of order) {
            const layer = everyLayer(context.config.model).find(({ name }) => {
              const value = values[`${tag}/${name}`];
              return value !== undefined && !Number.isFinite(value);
            });
            if (layer === undefined) continue;
            told = true;
            return {
              step, level: 1, at: context.optimizer.lrPath, category: "learning_rate", confidence: 0.7,
              message: `The ${what[tag]} of ${layer.name} ${tag === "gradient_norm" || tag === "update_ratio" ? "is" : "are"} no longer finite at step ${step}; it is the first layer in which that shows.`,
              evidence: { layer: layer.name, figure: tag }, fixes: lowerRate(context),
            };
          }
        }
        return "unchanged";
      },
    };
  },
});
