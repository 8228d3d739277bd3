import { z } from "zod";
import { defineLiveRule, type Verdict } from "./defineLiveRule.js";
import { short } from "./lowerRate.js";
import { median } from "./runHistory.js";

export const overfitting = defineLiveRule({
  id: "overfitting",
  severity: "warning",
  problem: "generalisation",
  category: "regularization",
  title: "Overfitting",
  why: "The model goes on improving on the examples that it trains on while it gets worse on those that it does not see: it learns them by heart.",
  what: "Stop at the best evaluation (training.early_stopping), add dropout or weight decay, take a smaller model, or get more data.",
  sources: ["SageMaker Debugger, Overfit (validation 10 % worse)", "Prechelt, Early Stopping - But When?, 1998 (loss of generality over the least validation loss)"],
  options: z.strictObject({
    rise: z.number().gt(0).default(0.2).describe("Rise of the validation loss over its least value, relative."),
    evaluations: z.int().min(1).default(3).describe("Evaluations in a row for which it must have risen."),
    gap: z.number().gt(0).lt(1).default(0.15).describe("Training accuracy above validation accuracy."),
  }),
  watch(context, { rise, evaluations, gap }) {
    // what stops at the best evaluation and keeps its weights is taken care of
    const stops = context.config.training.earlyStopping?.restoreBest === true;
    let best = { loss: Infinity, step: 0, train: Infinity };
    let bestAccuracy = 0;
    let risen = 0;
    let apart = 0;
    /** How much the validation loss wavers from one evaluation to the next. */
    const changes: number[] = [];
    let previous: number | null = null;
    return {
      onEvaluation({ split, step, metrics, trainMetrics }, history): Verdict {
        const loss = metrics.loss;
        const train = history.trainLossOfEvaluation;
        if (split !== "validation" || loss === undefined || !Number.isFinite(loss) || train === null) return "unchanged";
        const [accuracy, trainAccuracy] = [metrics.accuracy, trainMetrics.accuracy];
        bestAccuracy = Math.max(bestAccuracy, accuracy ?? 0);
        if (loss < best.loss) best = { loss, step, train };
        if (previous !== null) changes.push(Math.abs(loss - previous));
        if (changes.length > 50) changes.shift();
        previous = loss;
        // small losses double by chance: the rise must be worth something beside what chance gives, and stand out of the wavering
        // (the median change between two evaluations is 0.95 of the deviation of one)
        const wavering = changes.length === 0 ? 0 : median(changes) / 0.95;
        const least = Math.max(rise * best.loss, 0.1 * (context.chance ?? best.loss), 3.5 * wavering);
        const worse = loss - best.loss > least && train < best.train;
        risen = worse ? risen + 1 : 0;
        const noise = accuracy === undefined ? 0 : 2 * Math.sqrt((accuracy * (1 - accuracy)) / Math.max(context.validationExamples, 1));
        const difference = accuracy === undefined || trainAccuracy === undefined ? 0 : trainAccuracy - accuracy;
        apart = difference > gap + noise ? apart + 1 : 0;
        // surer answers, not wronger ones, also raise a cross entropy: the accuracy must agree where there is one, by more than one example (the best of many evaluations is high by chance)
        const hurts = accuracy === undefined || bestAccuracy - accuracy > Math.max(0.01, noise, 1.5 / Math.max(context.validationExamples, 1)) || difference > 0.05 + noise / 2;
        const found = (risen >= evaluations && hurts) || apart >= evaluations;
        if (stops) return "unchanged";
        if (!found) return loss < 1.05 * best.loss && difference < gap / 2 ? "healthy" : "unchanged";
        const accuracies = difference > 0 ? `; accuracy is ${short(trainAccuracy)} in training and ${short(accuracy)} in validation` : "";
        const message = risen >= evaluations
          ? `The validation loss rose from ${short(best.loss)} at step ${best.step} to ${short(loss)}, while the training loss went on falling to ${short(train)}${accuracies}.`
          : `Training accuracy is ${short(trainAccuracy)} and validation accuracy ${short(accuracy)}: the model knows its examples by heart.`;
        return {
          step, level: Math.max((loss - best.loss) / best.loss, difference), at: "training.early_stopping", message, confidence: 0.8,
          evidence: { validation_loss: loss, best_validation_loss: best.loss, best_step: best.step, train_loss: train, validation_accuracy: accuracy ?? null, train_accuracy: trainAccuracy ?? null },
          fixes: context.config.training.earlyStopping === null ? [{ title: "Stop at the best evaluation", safe: false, edits: [{ path: "training.early_stopping", value: { patience: 5 } }] }] : [],
        };
      },
    };
  },
});
