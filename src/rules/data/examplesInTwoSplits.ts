import { z } from "zod";
import { sameDataInTwoSplits } from "../lint/sameDataInTwoSplits.js";
import { defineDataRule } from "./defineDataRule.js";
import { targetWidth } from "./figures.js";
import { inputRows, rowHashes, type Rows, sample } from "./rows.js";

const rowOf = (i: number): string => `[${[3, 5, 7, 11].map((k) => ((i * i * k + i) % 97) / 97).join(", ")}]`;
const file = (count: number, distinct: number): string =>
  `data: { train: { inputs: [${Array.from({ length: count }, (_, i) => rowOf(i % distinct)).join(", ")}], targets: [${Array.from({ length: count }, (_, i) => ((i % distinct) * 7) % 2).join(", ")}] }, split: { validation: 0.2, test: 0 } }\nmodel: [dense: { units: 8, activation: relu }, dense: 2]\nloss: cross_entropy\n`;

export const examplesInTwoSplits = defineDataRule({
  id: "examples-in-two-splits",
  severity: "warning",
  problem: "generalisation",
  category: "data",
  title: "The same examples in two splits",
  why: "Validation is to tell how the model does on examples that it has not seen. Where the same ones are in the training split, learning them by heart looks like success. It comes from rows that occur several times (data that were multiplied before the split, records of the same thing) or from files that overlap.",
  what: "Remove repeated rows before the split, or split by what they belong to and give validation and test as files.",
  sources: ["Kapoor and Narayanan, Leakage and the Reproducibility Crisis in Machine-learning-based Science, 2023 (duplicates across splits; 17 fields)"],
  options: z.strictObject({ share: z.number().gt(0).lt(1).default(0.1).describe("Share of a split's examples that are in the training split too.") }),
  examples: { bad: [file(120, 40)], good: [file(90, 90)] },
  check(context, { share }) {
    const { config, dataset } = context;
    if (sameDataInTwoSplits.check(context, {}) !== null) return null;
    const [rows, hashOf] = [inputRows(dataset), rowHashes(dataset)];
    const { train, validation, test } = dataset.splits;
    if (rows === null || hashOf === null || rows.width < 2 || train.length < 20 || !isRich(rows, train)) return null;
    const width = targetWidth(dataset);
    const hash = (example: number): number => hashOf(example) + Number(dataset.targets.data[example * width]);
    const known = new Set(Array.from(train, hash));
    for (const [name, split] of [["validation", validation], ["test", test]] as const) {
      const looked = sample(split, 5000);
      const common = looked.reduce((count, example) => count + (known.has(hash(example)) ? 1 : 0), 0) / Math.max(looked.length, 1);
      if (looked.length < 5 || common < share) continue;
      return {
        at: config.data[name] === null ? "data.split" : `data.${name}`,
        message: `${Math.round(100 * common)} % of the ${name} examples are in the training split as well, with the same target.`,
        evidence: { split: name, share: common },
        confidence: common > 0.5 ? 0.9 : 0.75,
        fixes: [],
      };
    }
    return null;
  },
});

/** Whether rows could hardly be equal by chance: tables of a few categories repeat themselves by nature. */
function isRich({ width, value }: Rows, examples: Int32Array): boolean {
  const few = sample(examples, 200);
  let possible = 1;
  for (let column = 0; column < width && possible < 1e6; column += 1) possible *= Math.min(new Set(Array.from(few, (example) => value(example, column))).size, 20);
  return possible > 100 * few.length;
}
