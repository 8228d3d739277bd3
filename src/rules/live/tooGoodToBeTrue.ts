import { everyLayer } from "../../engine/layers/nested.js";
import { defineLiveRule } from "./defineLiveRule.js";
import { short } from "./lowerRate.js";

/** What makes a model worse in training than in validation by design. */
const onlyInTraining = new Set(["dropout", "gaussian_noise", "batch_norm"]);

export const tooGoodToBeTrue = defineLiveRule({
  id: "too-good-to-be-true",
  severity: "info",
  problem: "generalisation",
  category: "data",
  title: "Better on validation than on training data",
  why: "A model does no better on examples that it has not seen than on those that it learns from, but by chance. Where it does so clearly, the validation split is easier, smaller than it seems, or tells the answer (leakage).",
  what: "Look whether examples of one thing stand in both splits, whether a column gives the label away, and whether the split is of the same kind.",
  sources: ["UMLAUT (Schoop et al., 2021): more than 5 points above training from the third epoch on; here beyond chance as well, and not where dropout, noise, augmentation or averages make training harder"],
  watch(context) {
    let above = 0;
    let evaluations = 0;
    const { data, training, model } = context.config;
    const harder = data.augment.length > 0 || training.polyak !== null || data.sampling === "weighted" || everyLayer(model).some(({ kind, arguments: args }) => onlyInTraining.has(kind) || Number(args.dropout ?? 0) > 0 || Number(args.drop_connect ?? 0) > 0);
    return {
      onEvaluation({ split, step, metrics, trainMetrics }) {
        const [accuracy, train] = [metrics.accuracy, trainMetrics.accuracy];
        if (split !== "validation" || accuracy === undefined || train === undefined || harder) return "unchanged";
        evaluations += 1;
        // training accuracy is a mean over the epoch, in which the model still learns: what lags behind is not compared
        const noise = 3 * Math.sqrt((train * (1 - train)) / Math.max(context.validationExamples, 1));
        above = evaluations > 3 && accuracy - train > 0.05 + noise ? above + 1 : 0;
        if (above < 3) return above === 0 ? "healthy" : "unchanged";
        return {
          step, level: accuracy - train, at: data.validation === null ? "data.split" : "data.validation", confidence: 0.6,
          message: `Validation accuracy is ${short(accuracy)} and training accuracy ${short(train)}, three evaluations in a row.`,
          evidence: { validation_accuracy: accuracy, train_accuracy: train, examples: context.validationExamples },
        };
      },
    };
  },
});
