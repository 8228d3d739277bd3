import { z } from "zod";
import { defineDataRule } from "./defineDataRule.js";
import { classCounts, takesNumbersForClasses } from "./figures.js";

const file = (perClass: number): string => {
  const labels = Array.from({ length: 20 * perClass }, (_, i) => i % 20);
  return `data: { train: { inputs: [${labels.map((label, i) => `[${label}, ${(i * 7) % 13}]`).join(", ")}], targets: [${labels.join(", ")}] }, split: { validation: 0, test: 0 } }\nmodel: [dense: { units: 32, activation: relu }, dense: 20]\nloss: cross_entropy\ndiagnostics: { rules: { no-validation-data: off } }\n`;
};

export const fewExamplesOfClass = defineDataRule({
  id: "few-examples-of-class",
  severity: "info",
  problem: "generalisation",
  category: "data",
  title: "Classes of a handful of examples",
  why: "From three or four examples a network learns those, not what they have in common: figures for such classes are chance, and one example more or less turns them over.",
  what: "Collect more of them, augment, fold rare classes into one (data.classes), or start from a model that was trained on more (transfer).",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 1.2.2 (a rule of thumb: acceptable performance from about 5,000 examples a class; a handful is far below)"],
  options: z.strictObject({ examples: z.int().min(2).default(4).describe("Fewer training examples of a class than this are told.") }),
  examples: { bad: [file(3)], good: [file(8)] },
  check({ dataset, outline }, { examples }) {
    if (takesNumbersForClasses({ dataset, outline })) return null; // targets-not-probabilities
    const counts = classCounts(dataset).filter((count) => count > 0);
    // toys of four points, and a rare class among large ones (class-imbalance), are other matters
    if (dataset.task !== "classification" || counts.length < 2 || dataset.splits.train.length < 30) return null;
    const few = counts.filter((count) => count < examples).length;
    if (few < counts.length / 2) return null;
    return {
      at: "data",
      message: `${few} of ${counts.length} classes have fewer than ${examples} training examples.`,
      evidence: { classes: few, least: Math.min(...counts) },
      confidence: 0.7,
      fixes: [],
    };
  },
});
