/** What several runs of one file show together. */
import { describe, expect, it } from "vitest";
import { parseTrainingFile } from "../../../src/config/parseTrainingFile.js";
import type { GroupRun } from "../../../src/rules/groups/defineGroupRule.js";
import { runGroupRules } from "../../../src/rules/groups/runGroupRules.js";

const text = (more = "") => `data: { train: { generate: two_moons } }\nmodel: [dense: 8, dense: 2]\noptimizer: { adam: { lr: 3e-3 } }\nrepeat: 5\n${more}`;
const runs = (metric: string, values: readonly (number | null)[], validationExamples: number | null = null): GroupRun[] =>
  values.map((value, i) => ({ label: `seed ${i}`, metrics: value === null ? {} : { [metric]: value }, failed: value === null, validationExamples }));
const find = (group: readonly GroupRun[], kind: "seeds" | "folds" | "snapshot" = "seeds", more = "") =>
  runGroupRules(parseTrainingFile(text(more), { file: "a.train.yaml" }), { kind, runs: group });

describe("high-variance-between-seeds", () => {
  it("is told with its size and what reduces it, at the repeat's line", () => {
    const [finding, ...others] = find(runs("validation/accuracy", [0.95, 0.6, 0.93, 0.7, 0.96], 200));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ rule: "high-variance-between-seeds", severity: "warning", problem: "predictions", path: "repeat", range: { start: { line: 4 } }, evidence: { runs: 5, smallest: 0.6, largest: 0.96 } });
    expect(finding.message).toContain("0.828 ± 0.167 (0.6 to 0.96)");
    expect(finding.fixes.map(({ title }) => title)).toEqual(["Train an ensemble of 5", "Set lr to 0.001", "Average the weights"]);
    expect(finding.fixes[0].edits).toEqual([{ path: "repeat", remove: true }, { path: "ensemble", value: { members: 5 } }]);
  });

  it("is silent on seeds that agree", () => {
    expect(find(runs("validation/accuracy", [0.95, 0.951, 0.949, 0.952], 1000))).toEqual([]);
    expect(find(runs("validation/loss", [0.21, 0.2, 0.22, 0.19]))).toEqual([]);
  });

  it("is silent on what few validation examples explain", () => {
    const accuracies = [0.9, 0.95, 1, 0.95, 0.9];
    expect(find(runs("validation/accuracy", accuracies, 20))).toEqual([]);
    expect(find(runs("validation/accuracy", accuracies, 2000))).toMatchObject([{ rule: "high-variance-between-seeds" }]);
  });

  it("is told of losses, and of folds, where there is no accuracy", () => {
    expect(find(runs("validation/loss", [0.2, 0.4, 0.9]), "folds")).toMatchObject([{ evidence: { metric: "validation/loss" } }]);
  });

  it("is told where some runs break and others do not", () => {
    expect(find(runs("validation/accuracy", [0.9, null, 0.9, null]))).toMatchObject([{ message: expect.stringContaining("2 of 4 runs"), evidence: { failed: 2 } }]);
    expect(find(runs("validation/accuracy", [null, null, null]))).toEqual([]);
  });

  it("says nothing of two runs, nor of the stages of one training", () => {
    expect(find(runs("validation/loss", [0.1, 0.9]))).toEqual([]);
    expect(find(runs("validation/loss", [0.1, 0.9, 0.2]), "snapshot")).toEqual([]);
  });

  it("can be tuned and silenced", () => {
    const wild = runs("validation/loss", [0.2, 0.4, 0.9]);
    expect(find(wild, "seeds", "diagnostics: { rules: { high-variance-between-seeds: off } }")).toEqual([]);
    expect(find(wild, "seeds", "diagnostics: { rules: { high-variance-between-seeds: { spread: 2 } } }")).toEqual([]);
  });
});
