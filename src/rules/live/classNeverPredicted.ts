import { unavoidableLayers, widthOf, widthPath } from "../modelView.js";
import { defineLiveRule } from "./defineLiveRule.js";

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
        const narrow = unavoidableLayers(context.config).find((layer) => widthOf(layer) < counts.length && layer.kind === "dense");
        const weighted = context.config.data.sampling === "weighted";
        return {
          step: history.lastStep, level: missing.length, confidence: 0.75,
          ...(narrow === undefined ? { at: "data.sampling" } : { at: widthPath(narrow), category: "architecture" as const, guess: `${narrow.name} is narrower than the ${counts.length} classes.` }),
          message: `Class ${name} is never predicted, ${counts[missing[0]]} validation examples are of it${missing.length > 1 ? `; ${missing.length - 1} more are left out` : ""}.`,
          evidence: { class: name, classes: missing.length, examples: counts[missing[0]] },
          fixes: narrow !== undefined ? [{ title: `Set ${narrow.name} to ${4 * counts.length}`, safe: false, edits: [{ path: widthPath(narrow), value: 4 * counts.length }] }] : weighted ? [] : [{ title: "Draw rare classes more often", safe: false, edits: [{ path: "data.sampling", value: "weighted" }] }],
        };
      },
    };
  },
});
