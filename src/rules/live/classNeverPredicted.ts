import { unavoidableLayers, widthOf, widthPath } from "../modelView.js";
import { defineLiveRule, type Symptom } from "./defineLiveRule.js";
import type { LiveContext } from "./liveContext.js";
import { isFalling } from "./progress.js";
import { strongRestraint } from "./restraint.js";
import type { RunHistory } from "./runHistory.js";

export const classNeverPredicted = defineLiveRule({
  id: "class-never-predicted",
  severity: "warning",
  problem: "predictions",
  category: "data",
  title: "A class that is never predicted",
  why: "Whatever the model sees, one class is never its answer: every example of it is wrong, and the accuracy over all classes hides it.",
  what: "Look at the confusion matrix; draw or weigh the class more (data.sampling: weighted, class_weights: balanced), or train longer.",
  sources: ["SageMaker Debugger, ClassImbalance (a class with an error above 0.7); here all examples of the class wrong at the last two evaluations, ten of them at least", "Early in training, and where nothing is learned at all, this is so by nature: told at the end of runs that are better than chance"],
  watch(context) {
    const never: number[][] = [];
    let counts: readonly number[] = [];
    return {
      onEvaluation({ split, confusion }) {
        if (split !== "validation" || confusion === null) return "unchanged";
        const classes = Math.round(Math.sqrt(confusion.length));
        const actual = Array.from({ length: classes }, (_, row) => confusion.slice(row * classes, (row + 1) * classes).reduce((a, b) => a + b, 0));
        const predicted = Array.from({ length: classes }, (_, column) => actual.reduce((sum, __, row) => sum + confusion[row * classes + column], 0));
        never.push(predicted.flatMap((count, index) => (count === 0 && actual[index] >= 10 ? [index] : [])));
        counts = actual;
        return "unchanged";
      },
      onEnd(history) {
        const [before, last] = [never.at(-2), never.at(-1)];
        const missing = before === undefined || last === undefined ? [] : last.filter((index) => before.includes(index));
        const recent = history.losses.stretch(0.8, 1);
        if (missing.length === 0 || missing.length >= counts.length - 1 || recent === null || context.chance === null || recent.mean > 0.9 * context.chance) return "unchanged";
        const name = context.classes?.[missing[0]] ?? String(missing[0]);
        const rare = counts[missing[0]] < (0.5 * counts.reduce((a, b) => a + b, 0)) / counts.length;
        return {
          step: history.lastStep, level: missing.length, confidence: 0.75,
          ...likely(context, history, counts.length, rare),
          message: `Class ${name} is never predicted, ${counts[missing[0]]} validation examples are of it${missing.length > 1 ? `; ${missing.length - 1} more are left out` : ""}.`,
          evidence: { class: name, classes: missing.length, examples: counts[missing[0]] },
        };
      },
    };
  },
});

/** Why a class is left out: it does not fit through the model, it is rare, or, as frequent as the others, something keeps the model from telling it apart. */
function likely(context: LiveContext, history: RunHistory, classes: number, rare: boolean): Pick<Symptom, "at" | "category" | "guess" | "fixes" | "otherwise"> {
  const narrow = unavoidableLayers(context.config).find((layer) => widthOf(layer) < classes && layer.kind === "dense");
  if (narrow !== undefined) {
    return {
      at: widthPath(narrow), category: "architecture", guess: `${narrow.name} is narrower than the ${classes} classes.`,
      fixes: [{ title: `Set ${narrow.name} to ${4 * classes}`, safe: false, edits: [{ path: widthPath(narrow), value: 4 * classes }] }],
    };
  }
  if (rare) {
    const weighted = context.config.data.sampling === "weighted";
    return { at: "data.sampling", fixes: weighted ? [] : [{ title: "Draw rare classes more often", safe: false, edits: [{ path: "data.sampling", value: "weighted" }] }] };
  }
  const restraint = strongRestraint(context);
  if (restraint !== null) return restraint;
  const rate = { category: "learning_rate" as const, at: context.optimizer.lrPath };
  if (isFalling(history)) return { at: "training.epochs", category: "epochs", guess: "It is no rarer than the others, and the loss was still falling when the run ended.", otherwise: { category: "architecture", at: "model" } };
  return { at: "model", category: "architecture", guess: "It is no rarer than the others: what tells it apart does not get through the model.", otherwise: rate };
}
