import { z } from "zod";
import { defineDataRule } from "./defineDataRule.js";
import { rowHashes, sample } from "./rows.js";

const file = (label: (i: number) => number): string =>
  `data: { train: { inputs: [${Array.from({ length: 80 }, (_, i) => `[${i % 20}, ${((i % 20) * 7) % 11}]`).join(", ")}], targets: [${Array.from({ length: 80 }, (_, i) => label(i)).join(", ")}] }, split: { validation: 0, test: 0 } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\ndiagnostics: { rules: { no-validation-data: off } }\n`;

export const contradictoryLabels = defineDataRule({
  id: "contradictory-labels",
  severity: "warning",
  problem: "learning",
  category: "data",
  title: "Equal examples with different labels",
  why: "Where the inputs are the same and the labels are not, no model can be right about all of them: labels were mixed up (sorted or shuffled without their inputs), or the inputs lack what tells the classes apart.",
  what: "Look whether labels still belong to their rows; else add the inputs that are missing.",
  sources: ["Northcutt, Athalye, Mueller, Pervasive Label Errors in Test Sets, 2021 (errors of 0.15 to 10 % in usual benchmarks; the bound here is well beyond)"],
  options: z.strictObject({ share: z.number().gt(0).lt(1).default(0.2).describe("Share of the training examples that no model can be right about.") }),
  examples: { bad: [file((i) => Math.floor(i / 20) % 2)], good: [file((i) => (i % 20) % 2), file((i) => (i === 5 ? 0 : (i % 20) % 2))] },
  check({ dataset }, { share }) {
    const hashOf = rowHashes(dataset);
    const examples = sample(dataset.splits.train);
    if (hashOf === null || dataset.task !== "classification" || examples.length < 20) return null;
    const counts = new Map<number, Map<number, number>>();
    for (const example of examples) {
      const hash = hashOf(example);
      const label = Number(dataset.targets.data[example]);
      const known = counts.get(hash) ?? new Map<number, number>();
      counts.set(hash, known.set(label, (known.get(label) ?? 0) + 1));
    }
    let right = 0;
    for (const labels of counts.values()) right += Math.max(...labels.values());
    const wrong = 1 - right / examples.length;
    if (wrong < share || counts.size < 2) return null;
    return {
      at: "data.train",
      message: `Equal inputs have different labels: no model can be right about more than ${Math.floor(1000 * (1 - wrong)) / 10} % of the training examples.`,
      evidence: { best_accuracy: 1 - wrong, distinct: counts.size, examples: examples.length },
      confidence: 0.8,
      fixes: [],
    };
  },
});
