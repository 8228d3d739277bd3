import { z } from "zod";
import { defineDataRule } from "./defineDataRule.js";
import { withoutColumns } from "./rows.js";

const file = (row: (i: number) => string): string =>
  `data: { train: { inputs: [${Array.from({ length: 20 }, (_, i) => row(i)).join(", ")}], targets: [${Array.from({ length: 20 }, (_, i) => (i * 7 + (i % 3)) % 2).join(", ")}] } }\nmodel: [dense: { units: 8, activation: relu }, dense: 2]\nloss: cross_entropy\n`;

export const constantInputs = defineDataRule({
  id: "constant-inputs",
  severity: "info",
  problem: "learning",
  category: "preprocessing",
  title: "Inputs that never change",
  why: "A column with the same value in every example tells none of them apart. It acts as one more bias, costs weights, and lies in wait for the first new example in which it differs. Where all columns are constant nothing can be learned at all.",
  what: "Leave the column out (data.inputs), or look why it is constant: a unit lost in conversion, a filter, a file that was cut.",
  sources: ["scikit-learn, VarianceThreshold (features with the same value in all samples are removed)"],
  options: z.strictObject({ columns: z.int().min(1).default(32).describe("Most columns: of wider tables (points of an image, words of a text) some are constant by nature.") }),
  examples: { bad: [file((i) => `[${i % 5}, 3]`), file(() => "[2, 3]")], good: [file((i) => `[${i % 5}, ${i % 2}]`)] },
  check({ dataset }, { columns: most }) {
    const { rawStatistics, columns } = dataset;
    // one figure for a whole image says nothing of its points
    if (columns === null || rawStatistics.length !== columns.length || dataset.splits.train.length < 2) return null;
    const constant = rawStatistics.filter(({ min, max }) => min === max);
    const [first] = constant;
    if (first === undefined) return null;
    const all = constant.length === rawStatistics.length;
    // a category that the training split lacks is a column of zeros
    if (!all && columns.length > most) return null;
    if (!all && constant.every(({ name }) => name.includes("="))) return null;
    const edit = all ? null : withoutColumns(dataset, constant.map(({ name }) => name));
    return {
      at: "data.inputs",
      message: all ? "Every input column has the same value in all training examples: there is nothing to learn from." : `${constant.length === 1 ? `Column ${first.name} is` : `${constant.length} columns, ${first.name} the first of them, are`} constant over the training examples (${first.name}: ${first.min}).`,
      evidence: { columns: constant.length, column: first.name, value: first.min },
      severity: all ? "error" : undefined,
      confidence: 0.95,
      fixes: edit === null ? [] : [{ title: constant.length === 1 ? `Leave ${first.name} out` : "Leave them out", safe: false, edits: [edit] }],
    };
  },
});
