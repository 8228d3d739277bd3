import { describe, expect, it } from "vitest";
import type { Answer, Outcome } from "../../../src/protocol/experiment.js";
import type { Category } from "../../../src/protocol/finding.js";
import type { Cause } from "../../../src/rules/causes/causesOf.js";
import { changeFor } from "../../../src/rules/experiments/changeFor.js";
import { tellApart } from "../../../src/rules/experiments/tellApart.js";
import { runLint } from "../../../src/rules/runRules.js";
import { soundFile } from "../datasets.js";

const file = soundFile("data: { train: { generate: blobs } }\nmodel: [dense: 8, relu, dense: 3]\noptimizer: { sgd: { lr: 50 } }\nregularization: { l2: 1e-2 }\n");
const [finding] = runLint(file);
const cause = (category: Category, confidence: number, fixes = finding.fixes): Cause => ({ category, path: "optimizer", confidence, named: { ...finding, category, fixes }, explains: [] });

function outcome(...answers: Answer[]): Outcome {
  return {
    measure: { tag: "validation/loss", higherIsBetter: false }, steps: answers.map(() => 10), whole: false, values: [[2, 2], ...answers.map((_, i) => [1 + i, 1 + i])],
    comparisons: answers.map((answer, i) => ({ name: String(i), answer, p: 0.01, test: "welch", message: "" })),
  };
}

describe("tellApart", () => {
  const causes = [cause("learning_rate", 0.8), cause("preprocessing", 0.6)];
  const suspects = causes.map((one, i) => ({ cause: one, title: `change ${i}` }));
  const told = (...answers: Answer[]) => tellApart(causes, suspects, outcome(...answers)).causes.map(({ category, confidence }) => [category, Number(confidence.toFixed(2))]);

  it("puts first what helped, surer than before, and believes less in what did not", () => {
    expect(told("undecided", "better")).toEqual([["preprocessing", 0.88], ["learning_rate", 0.4]]);
    expect(told("better", "alike")).toEqual([["learning_rate", 0.94], ["preprocessing", 0.3]]);
  });

  it("leaves the order where nothing helped, and what cannot be compared as it was", () => {
    expect(told("worse", "undecided").map(([category]) => category)).toEqual(["learning_rate", "preprocessing"]);
    expect(told("incomparable", "incomparable")).toEqual([["learning_rate", 0.8], ["preprocessing", 0.6]]);
    expect(told("undecided", "incomparable").map(([category]) => category)).toEqual(["preprocessing", "learning_rate"]);
  });

  it("says what it saw, with figures", () => {
    const { message } = tellApart(causes, suspects, outcome("better", "undecided"));
    expect(message).toBe('In a short trial validation loss is 2 as the file is; with "change 0" 1, better by more than chance; with "change 1" 2, no more different than chance makes it. It is the learning rate.');
  });
});

describe("changeFor", () => {
  it("takes the finding's own fix first", () => expect(changeFor(cause("learning_rate", 1), file.config!)?.title).toMatch(/^Set lr to/));

  it("has a usual change where a finding has none", () => {
    const edits = (category: Category) => changeFor(cause(category, 1, []), file.config!)?.edits;
    expect(edits("learning_rate")).toEqual([{ path: "optimizer.sgd.lr", value: 5 }]);
    expect(edits("optimizer")).toEqual([{ path: "optimizer", value: { adam: { lr: 1e-3 } } }]);
    expect(edits("regularization")).toEqual([{ path: "regularization", remove: true }]);
    expect(edits("preprocessing")).toEqual([{ path: "data.scaling", value: "standardize" }]);
    expect(edits("system")).toBeUndefined();
  });
});
