import type { SourceConfig } from "../../engine/training/config.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (more: string): string => `data: { train: data/digits.csv, scaling: minmax${more} }\nmodel: [dense: { units: 16, activation: relu }, dense: 10]\nloss: cross_entropy\n`;

export const sameDataInTwoSplits = defineLintRule({
  id: "same-data-in-two-splits",
  severity: "error",
  problem: "generalisation",
  category: "data",
  title: "The same data in two splits",
  why: "Validation tells how the model does on examples that it did not learn from, the test at the end on such as nothing was chosen by. The same file in both says neither: learning by heart looks like success, and tuning on the test split makes its figure too good.",
  what: "Give each split data of its own, or one file and data.split.",
  sources: ["Goodfellow, Bengio, Courville: Deep Learning, 5.3"],
  examples: { bad: [file(", validation: data/digits.csv"), file(", test: data/digits.csv")], good: [file(""), file(", split: { validation: 0.2, test: 0.2 }")] },
  check({ config: { data } }) {
    const pairs = [["train", "validation"], ["train", "test"], ["validation", "test"]] as const;
    for (const [first, second] of pairs) {
      const common = sharedFile(data[first], data[second]);
      if (common === null) continue;
      return {
        at: `data.${second}`,
        message: first === "validation" ? `${common} is validation and test: what is chosen by validation is tuned on the test.` : `${common} is trained on and is the ${second} data as well: its figures say nothing of new examples.`,
        evidence: { file: common },
        confidence: 0.97,
        fixes: [{ title: "Split off a share instead", safe: false, edits: [{ path: `data.${second}`, remove: true }] }],
      };
    }
    return null;
  },
});

function sharedFile(a: SourceConfig | null, b: SourceConfig | null): string | null {
  if (a?.kind !== "files" || b?.kind !== "files") return null;
  const plain = (name: string): string => name.replace(/^(\.\/)+/, "").replaceAll("\\", "/");
  return a.files.find((name) => b.files.some((other) => plain(other) === plain(name))) ?? null;
}
