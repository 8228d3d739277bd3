import { defineDataRule } from "./defineDataRule.js";
import type { Report } from "../rule.js";
import { isNumbers, shareOutside, takesNumbersForClasses, targetSummary } from "./figures.js";

/** Losses that compare classes that exclude each other. */
const classLosses = new Set(["cross_entropy", "nll", "focal"]);

const numbers = Array.from({ length: 60 }, (_, i) => (i * 7) % 60);
const integers = (loss: string): string => `data: { train: { inputs: [${numbers.map((x) => x / 100).join(", ")}], targets: [${numbers.join(", ")}] }, split: { validation: 0.2, test: 0 } }\nmodel: [dense: { units: 8, activation: relu }, dense: 1]\nloss: ${loss}\n`;
const file = (targets: string, loss: string): string => `data: { train: { inputs: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], targets: [${targets}] }, task: regression, scaling: standardize }\nmodel: [dense: { units: 8, activation: relu }, dense: 1]\nloss: ${loss}\n`;

export const targetsNotProbabilities = defineDataRule({
  id: "targets-not-probabilities",
  severity: "error",
  problem: "learning",
  category: "loss",
  title: "Targets are no probabilities",
  why: "Cross-entropy compares probabilities. With targets outside 0 to 1 binary_cross_entropy has no minimum: the loss falls below 0 without end while answers get worse. cross_entropy takes each number for a class of its own that has nothing to do with the next.",
  what: "Use mse for numbers; or labels of 0 and 1.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 6.2.2.2", "Measured: five columns, linear targets, the loss reaches -435 and r2 -1260"],
  examples: { bad: [file("3, 5, 7.5, 9, 11, 13, 15, 17, 19, 21", "binary_cross_entropy"), integers("cross_entropy"), integers("binary_cross_entropy")], good: [file("0, 0.1, 0.5, 1, 0, 0, 1, 0.3, 0.2, 0.9", "binary_cross_entropy"), file("3, 5, 7.5, 9, 11, 13, 15, 17, 19, 21", "mse")] },
  check({ dataset, outline, loss }): Report | null {
    const names = dataset.task === "classification" ? (dataset.classes ?? []) : [];
    if (loss?.kind === "binary_cross_entropy" && isNumbers(names, dataset.splits.train.length)) {
      return {
        at: "loss", confidence: 0.9, evidence: { classes: names.length },
        message: `binary_cross_entropy answers yes or no; the targets are ${names.length} numbers, from ${names[0]} to ${names[names.length - 1]}.`,
        fixes: [{ title: "Predict numbers by mse", safe: false, edits: [{ path: "loss", value: "mse" }, { path: "data.task", value: "regression" }] }],
      };
    }
    if (loss !== null && classLosses.has(loss.kind) && takesNumbersForClasses({ dataset, outline })) {
      return {
        at: "loss", confidence: 0.9, evidence: { classes: names.length },
        message: `${loss.kind} compares classes; the targets are ${names.length} numbers, from ${names[0]} to ${names[names.length - 1]}, and the model has one output for them.`,
        fixes: [{ title: "Predict numbers by mse", safe: false, edits: [{ path: "loss", value: "mse" }, { path: "data.task", value: "regression" }] }],
      };
    }
    const targets = targetSummary(dataset);
    if (targets === null || loss?.kind !== "binary_cross_entropy") return null;
    const outside = shareOutside(dataset, -1e-6, 1 + 1e-6);
    if (outside === 0) return null;
    return {
      at: "loss",
      message: `binary_cross_entropy expects targets between 0 and 1; these range from ${targets.min} to ${targets.max}.`,
      evidence: { target_min: targets.min, target_max: targets.max, share_outside: outside },
      confidence: 0.98,
      fixes: [{ title: "Use mse", safe: true, edits: [{ path: "loss", value: "mse" }] }],
    };
  },
});
