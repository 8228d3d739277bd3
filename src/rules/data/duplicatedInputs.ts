import { defineDataRule } from "./defineDataRule.js";
import { inputColumns, sample, withoutColumns } from "./rows.js";

const file = (second: (x: number, i: number) => number): string => {
  const xs = Array.from({ length: 20 }, (_, i) => (i * 7) % 11);
  return `data: { train: { inputs: [${xs.map((x, i) => `[${x}, ${second(x, i)}]`).join(", ")}], targets: [${xs.map((x, i) => (x + (i % 3) > 5 ? 1 : 0)).join(", ")}] } }\nmodel: [dense: { units: 8, activation: relu }, dense: 2]\nloss: cross_entropy\n`;
};

export const duplicatedInputs = defineDataRule({
  id: "duplicated-inputs",
  severity: "info",
  problem: "learning",
  category: "preprocessing",
  title: "The same column twice",
  why: "Two columns that are equal in every example say the same thing: the weights of both share one effect and can grow against each other, and whatever is read from them about what matters is halved.",
  what: "Leave one of them out (data.inputs).",
  sources: ["Hastie, Tibshirani, Friedman: The Elements of Statistical Learning, 3.2.3 (collinear inputs)"],
  examples: { bad: [file((x) => x)], good: [file((_, i) => i % 5), file((x) => 2 * x + 1)] },
  check({ dataset }) {
    const columns = inputColumns(dataset);
    const examples = sample(dataset.splits.train, 2000);
    if (columns === null || examples.length < 10) return null;
    const seen = new Map<string, number>();
    for (let column = 0; column < columns.width; column += 1) {
      const values = Float64Array.from(examples, (example) => columns.value(example, column));
      // constant columns are constant-inputs'; categories of two are each other's opposite, not equal
      if (values.every((value) => value === values[0])) continue;
      const key = values.join(" ");
      const twin = seen.get(key);
      if (twin === undefined) {
        seen.set(key, column);
        continue;
      }
      // scaling may make equal what was not: the unscaled figures must agree too
      const [a, b] = [dataset.rawStatistics[twin], dataset.rawStatistics[column]];
      if (a === undefined || b === undefined || a.min !== b.min || a.max !== b.max || a.mean !== b.mean) continue;
      const [first, second] = [columns.names[twin], columns.names[column]];
      const edit = withoutColumns(dataset, [second]);
      return {
        at: "data.inputs",
        message: `Columns ${first} and ${second} are equal in every training example.`,
        evidence: { first, second },
        confidence: 0.9,
        fixes: edit === null ? [] : [{ title: `Leave ${second} out`, safe: false, edits: [edit] }],
      };
    }
    return null;
  },
});
