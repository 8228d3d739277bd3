import path from "node:path";
import { describe, expect, it } from "vitest";
import { compareRuns, groupBySeeds, type ComparedRun } from "../../src/comparison/comparison.js";
import { readComparedRuns } from "../../src/comparison/readComparedRun.js";
import { settingsOf } from "../../src/comparison/settings.js";
import type { Manifest } from "../../src/protocol/manifest.js";

const run = (name: string, seed: number, text: string, metrics: Manifest["metrics"]): ComparedRun => ({
  run: `/runs/${name}-${seed}`, settings: settingsOf(text, "a.train.yaml", {}),
  manifest: {
    version: 1, id: `${name}-${seed}`, name, file: "/a.train.yaml", storedFile: "a.train.yaml", overrides: {}, created: "2026-03-01T10:00:00.000Z", updated: "2026-03-01T10:00:00.000Z", state: "finished",
    pid: null, socket: null, device: "cpu", threads: 1, seed, task: null, classes: null, parameters: 1, operations: 1, stepsPerEpoch: 1, totalSteps: 1, epochs: 1, step: 1, seconds: 1, metrics, best: null, layers: [], error: null, checkpoint: null,
  },
});
const file = (lr: number, units: number) => `data: { train: a.csv }\nmodel: [{ dense: { units: ${units}, activation: relu } }, { dense: 2 }]\nloss: cross_entropy\noptimizer: { adam: { lr: ${lr} } }\n`;

describe("comparing runs", () => {
  it("settings are the file's values by path, with what the command line set", () => {
    const settings = settingsOf(file(0.1, 8), "a.train.yaml", { "optimizer.adam.lr": 0.5 });
    expect(settings.get("optimizer.adam.lr")).toBe("0.5");
    expect(settings.get("model[0].dense.units")).toBe("8");
    expect(settings.get("model[1].dense")).toBe("2");
    expect(settingsOf(": no yaml [", "a.train.yaml", {}).size).toBe(0);
  });

  it("shows only what differs, and marks the best value by the metric's direction", () => {
    const { differences, metrics } = compareRuns([
      run("a", 0, file(0.1, 8), { "validation/loss": 0.5, "validation/accuracy": 0.9, "train/loss": "NaN" }),
      run("a", 1, file(0.01, 8), { "validation/loss": 0.4, "validation/accuracy": 0.9, "train/loss": 0.3 }),
      run("a", 2, `${file(0.01, 8)}training: { epochs: 3 }\n`, { "validation/loss": "Infinity" }),
    ]);
    expect(differences).toEqual([
      { path: "optimizer.adam.lr", values: ["0.1", "0.01", "0.01"] },
      { path: "training.epochs", values: [null, null, "3"] },
      { path: "seed", values: ["0", "1", "2"] },
    ]);
    expect(metrics).toEqual([
      { metric: "validation/loss", values: [0.5, 0.4, Infinity], best: [1] },
      { metric: "validation/accuracy", values: [0.9, 0.9, null], best: [0, 1] },
      { metric: "train/loss", values: [NaN, 0.3, null], best: [] },
    ]);
  });

  it("groups runs that differ by their seeds alone", () => {
    const runs = [run("a", 0, file(0.1, 8), {}), run("a", 1, `${file(0.1, 8)}seed: 1\n`, {}), run("a", 0, file(0.2, 8), {}), run("b", 0, file(0.1, 8), {})];
    expect(groupBySeeds(runs).map((group) => group.map(({ run: folder }) => folder))).toEqual([["/runs/a-0", "/runs/a-1"], ["/runs/a-0"], ["/runs/b-0"]]);
  });

  it("takes logs of others, with their hyper-parameters; refuses what is no run", async () => {
    const fixtures = path.join(import.meta.dirname, "../fixtures/logs");
    const runs = [...(await readComparedRuns(path.join(fixtures, "torch"))), ...(await readComparedRuns(path.join(fixtures, "lightning", "tb")))];
    expect(compareRuns(runs).differences.map(({ path: at }) => at)).toEqual(expect.arrayContaining(["lr", "optimizer", "width"]));
    expect(compareRuns(runs).metrics.find(({ metric }) => metric === "validation/loss")!.values.every(Number.isFinite)).toBe(true);
    await expect(readComparedRuns(path.join(import.meta.dirname))).rejects.toMatchObject({ code: "run-missing" });
    await expect(readComparedRuns("/nowhere")).rejects.toMatchObject({ code: "run-missing" });
  });
});
