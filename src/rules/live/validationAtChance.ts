import { z } from "zod";
import { cutShort } from "./cutShort.js";
import { defineLiveRule } from "./defineLiveRule.js";
import { short } from "./lowerRate.js";
import { shareOfChance } from "./progress.js";
import { strongRestraint } from "./restraint.js";

export const validationAtChance = defineLiveRule({
  id: "validation-at-chance",
  severity: "warning",
  problem: "generalisation",
  category: "data",
  title: "No better than chance on examples that it has not seen",
  why: "The training loss fell, and yet at no evaluation the model answered unseen examples better than one that says the same for all of them: what it learned are its own examples, by heart.",
  what: "See whether inputs and targets belong together (data.target, the order of labels in a file of their own), whether the inputs can tell the target at all, and whether both splits are of one kind.",
  sources: ["Zhang et al., Understanding Deep Learning Requires Rethinking Generalization, 2017 (labels drawn by chance are learned by heart, and validate at chance)", "Bounds: r2 of 0.02, accuracies of two standard errors above the commonest class; the least of the examples and of the benchmark's healthy runs are an r2 of 0.3 and ten standard errors"],
  options: z.strictObject({
    r2: z.number().gte(0).lt(1).default(0.02).describe("Best r2 that counts as chance."),
    evaluations: z.int().min(1).default(3).describe("Evaluations without which nothing is said."),
  }),
  watch(context, { r2: least, evaluations }) {
    let seen = 0;
    let best: { readonly value: number; readonly beyond: number; readonly constant: number } | null = null;
    return {
      onEvaluation({ split, metrics, confusion }) {
        if (split !== "validation" || context.validationExamples < 50) return "unchanged";
        seen += 1;
        const figure = context.classes === null ? ofNumbers(metrics.r2, least) : ofClasses(metrics.accuracy, confusion);
        if (figure !== null && (best === null || figure.value - figure.beyond > best.value - best.beyond)) best = figure;
        return "unchanged";
      },
      onEnd(history) {
        const learned = shareOfChance(context, history);
        // a loss that stays at chance in training as well is loss-not-decreasing's matter, one that still falls too-few-steps'; a model that is held back learns little of either
        if (best === null || seen < evaluations || best.value > best.beyond || learned === null || learned > 0.97 || cutShort(context, history) !== null || strongRestraint(context) !== null) return "unchanged";
        const figure = context.classes === null ? "r2" : "accuracy";
        return {
          step: history.lastStep, level: 1, at: "data", confidence: 0.7,
          message: `The training loss fell to ${short(learned)} of chance, and the best ${figure} on validation data is ${short(best.value)}; answering the same for all gives ${short(best.constant)}.`,
          guess: "Do the inputs tell anything of the targets, and are they in the same order?",
          evidence: { figure, best: best.value, constant: best.constant, share: learned },
          otherwise: { category: "regularization", at: "training.early_stopping" },
        };
      },
    };
  },
});

function ofNumbers(r2: number | undefined, least: number) {
  return r2 === undefined || Number.isNaN(r2) ? null : { value: r2, beyond: least, constant: 0 };
}

/** The share of the commonest class and two standard errors. Where one class outnumbers all others, knowing the rest better does not show in the accuracy. */
function ofClasses(accuracy: number | undefined, confusion: ArrayLike<number> | null) {
  if (accuracy === undefined || confusion === null) return null;
  const classes = Math.round(Math.sqrt(confusion.length));
  const rows = Array.from({ length: classes }, (_, row) => Array.from({ length: classes }, (__, column) => confusion[row * classes + column]).reduce((a, b) => a + b, 0));
  const total = rows.reduce((a, b) => a + b, 0);
  const constant = Math.max(...rows) / total;
  return constant > 0.6 ? null : { value: accuracy, beyond: constant + 2 * Math.sqrt((constant * (1 - constant)) / total), constant };
}
