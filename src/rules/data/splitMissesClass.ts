import type { Dataset } from "../../engine/data/types.js";
import { defineDataRule } from "./defineDataRule.js";
import { takesNumbersForClasses } from "./figures.js";

const file = (targets: readonly number[], stratify: string): string =>
  `data: { train: { inputs: [${targets.map((_, i) => `[${(i * 7) % 11}, ${(i * 5) % 13}]`).join(", ")}], targets: [${targets.join(", ")}] }, split: { validation: 0.5, test: 0, stratify: ${stratify}, seed: 5 } }\nmodel: [dense: { units: 8, activation: relu }, dense: 3]\nloss: cross_entropy\n`;
const targetsWith = (rare: number): number[] => Array.from({ length: 32 }, (_, i) => (i < rare ? 2 : i % 2));

export const splitMissesClass = defineDataRule({
  id: "split-misses-class",
  severity: "warning",
  problem: "generalisation",
  category: "data",
  title: "A class that a split lacks",
  why: "A class without training examples cannot be learned, and what the model says of it is wrong. A class without validation examples is learned blindly: nothing shows how well it is told from the others.",
  what: "Stratify the split (data.split.stratify), give more examples of the class, or leave it out (data.classes).",
  sources: ["Kohavi, A Study of Cross-Validation and Bootstrap for Accuracy Estimation and Model Selection, 1995 (stratification)"],
  examples: { bad: [file(targetsWith(1), "false")], good: [file(targetsWith(4), "true")] },
  check({ config, dataset, outline }) {
    if (takesNumbersForClasses({ dataset, outline })) return null; // targets-not-probabilities
    const { classes, splits, task } = dataset;
    if (task !== "classification" || classes === null || classes.length < 2 || splits.train.length < 10) return null;
    const [train, validation] = [countsOf(dataset, splits.train), countsOf(dataset, splits.validation)];
    const absent = classes.findIndex((_, index) => train[index] === 0);
    // of few examples each class may get none
    const unseen = splits.validation.length < 5 * classes.length ? -1 : classes.findIndex((_, index) => validation[index] === 0 && train[index] >= 10);
    if (absent < 0 && unseen < 0) return null;
    const name = classes[absent >= 0 ? absent : unseen];
    return {
      at: "data.split",
      message: absent >= 0 ? `No training example is of class ${name}: the model cannot learn it.` : `No validation example is of class ${name}, which has ${train[unseen]} in training.`,
      evidence: { class: name, validation_examples: splits.validation.length },
      severity: absent >= 0 ? undefined : "info",
      confidence: 0.85,
      fixes: config.data.split.stratify === false ? [{ title: "Stratify the split", safe: false, edits: [{ path: "data.split.stratify", value: true }] }] : [],
    };
  },
});

function countsOf({ targets, classes }: Dataset, split: Int32Array): number[] {
  const counts = (classes ?? []).map(() => 0);
  for (const example of split) counts[Number(targets.data[example])] += 1;
  return counts;
}
