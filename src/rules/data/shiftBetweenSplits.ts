import { z } from "zod";
import { defineDataRule } from "./defineDataRule.js";
import { inputColumns, sample } from "./rows.js";

const rows = (from: number): string => `{ inputs: [${Array.from({ length: 40 }, (_, i) => `[${from + ((i * 7) % 11)}, ${(i * i * 5) % 13}]`).join(", ")}], targets: [${Array.from({ length: 40 }, (_, i) => (i * 7 + (i % 3)) % 2).join(", ")}] }`;
const file = (from: number): string => `data: { train: ${rows(0)}, validation: ${rows(from)}, split: { test: 0 } }\nmodel: [dense: { units: 8, activation: relu }, dense: 2]\nloss: cross_entropy\n`;

export const shiftBetweenSplits = defineDataRule({
  id: "shift-between-splits",
  severity: "warning",
  problem: "generalisation",
  category: "data",
  title: "Validation data from elsewhere",
  why: "Training and validation are to be drawn from the same source. Where a column lies elsewhere in validation (another machine, another year, another unit) the validation loss measures the difference between the two rather than what was learned.",
  what: "Draw both from one source (data.split), or look for a unit or a filter that differs between the files.",
  sources: ["Quinonero-Candela et al. (eds.), Dataset Shift in Machine Learning, 2009 (covariate shift)", "A random split moves a column's mean by its deviation / sqrt(n): with 20 examples by 1 in 1 of 100,000 columns"],
  options: z.strictObject({ deviations: z.number().gt(0).default(1.5).describe("Distance of the means of a column, in its deviations in the training split.") }),
  examples: { bad: [file(20)], good: [file(1)] },
  check({ dataset }, { deviations }) {
    const columns = inputColumns(dataset);
    const { train, validation, test } = dataset.splits;
    if (columns === null || train.length < 20) return null;
    const few = sample(train, 5000);
    for (const [name, split] of [["validation", validation], ["test", test]] as const) {
      const others = sample(split, 5000);
      if (others.length < 20) continue;
      for (let column = 0; column < columns.width; column += 1) {
        const inside = moments(few, (example) => columns.value(example, column));
        const outside = moments(others, (example) => columns.value(example, column));
        const distance = Math.abs(outside.mean - inside.mean) / inside.deviation;
        // a column of rare categories has hardly a deviation: what is there must differ as well
        if (!(inside.deviation > 0) || !(distance > deviations) || Math.abs(outside.mean - inside.mean) < outside.deviation / 2) continue;
        return {
          at: `data.${name}`,
          message: `Column ${columns.names[column]} lies ${Number(distance.toPrecision(2))} deviations away in the ${name} data from where it lies in training.`,
          evidence: { column: columns.names[column], split: name, deviations: distance },
          confidence: distance > 3 * deviations ? 0.85 : 0.7,
          fixes: [],
        };
      }
    }
    return null;
  },
});

function moments(examples: Int32Array, value: (example: number) => number): { readonly mean: number; readonly deviation: number } {
  let [sum, squares] = [0, 0];
  for (const example of examples) {
    const x = value(example);
    sum += x;
    squares += x * x;
  }
  const mean = sum / examples.length;
  return { mean, deviation: Math.sqrt(Math.max(squares / examples.length - mean * mean, 0)) };
}
