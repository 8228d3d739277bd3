import { describe, expect, it } from "vitest";
import { compareSeeds } from "../../src/comparison/compareSeeds.js";
import type { ComparedRun } from "../../src/comparison/comparison.js";
import { settingsOf } from "../../src/comparison/settings.js";
import type { Manifest } from "../../src/protocol/manifest.js";

const run = (lr: number, seed: number, loss: number, state: Manifest["state"] = "finished"): ComparedRun => ({
  run: `/runs/${lr}-${seed}`, settings: settingsOf(`data: { train: a.csv }\nmodel: [{ dense: 2 }]\noptimizer: { adam: { lr: ${lr} } }\nseed: ${seed}\n`, "a.train.yaml", {}),
  manifest: {
    version: 1, id: `${lr}-${seed}`, name: "a", file: "/a.train.yaml", storedFile: "a.train.yaml", overrides: {}, created: "2026-03-01T10:00:00.000Z", updated: "2026-03-01T10:00:00.000Z", state,
    pid: null, socket: null, device: "cpu", threads: 1, seed, task: null, classes: null, parameters: 1, operations: 1, stepsPerEpoch: 1, totalSteps: 1, epochs: 1, step: 1, seconds: 1, metrics: { "validation/loss": loss }, best: null, layers: [], error: null, checkpoint: null,
  },
});

describe("several seeds of two files", () => {
  const first = [0.41, 0.44, 0.39, 0.46].map((loss, seed) => run(0.1, seed, loss));
  const second = [0.35, 0.37, 0.33].map((loss, seed) => run(0.01, seed, loss));

  it("are compared by Welch's test, named by the settings in which they differ; figures as scipy.stats.ttest_ind(equal_var=False) has them", () => {
    const [comparison] = compareSeeds([...first, ...second]);
    expect([comparison.a.label, comparison.b.label]).toEqual(["optimizer.adam.lr 0.1", "optimizer.adam.lr 0.01"]);
    const [{ metric, t, freedom, p, interval, verdict }] = comparison.metrics;
    expect([metric, verdict]).toEqual(["validation/loss", "differs"]);
    expect(t).toBeCloseTo(3.872983346207415, 10);
    expect(freedom).toBeCloseTo(4.959183673469388, 10);
    expect(p).toBeCloseTo(0.011911490673262373, 12);
    expect(interval!.map((end) => Number(end.toFixed(12)))).toEqual([-0.124902585784, -0.025097414216]);
  });

  it("leave out what broke, and say nothing where a file has a single run", () => {
    expect(compareSeeds([...first, second[0], run(0.01, 1, 9, "failed")])).toEqual([]);
    expect(compareSeeds(first)).toEqual([]);
    expect(compareSeeds([...first, ...second, run(0.01, 7, Infinity, "failed")])[0].b.runs.length).toBe(3);
  });
});
