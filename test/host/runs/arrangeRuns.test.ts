import { describe, expect, it } from "vitest";
import { arrangeRuns, plainArrangement } from "../../../src/host/runs/arrangeRuns.js";
import type { Run } from "../../../src/host/runs/run.js";
import type { RunLabel } from "../../../src/host/runs/runLabels.js";
import type { Manifest } from "../../../src/protocol/manifest.js";

const run = (name: string, changes: Partial<Manifest> = {}): Run => ({
  folder: `/runs/${name}`, live: null,
  manifest: {
    version: 1, id: name, name: name.slice(0, 1), file: "/a.train.yaml", storedFile: "a.train.yaml", overrides: {}, created: "2026-03-01T10:00:00.000Z", updated: "2026-03-01T10:00:00.000Z", state: "finished",
    pid: null, socket: null, device: "cpu", threads: 1, seed: 0, task: null, classes: null, parameters: 1, operations: 1, stepsPerEpoch: 1, totalSteps: 1, epochs: 1, step: 1, seconds: 1, metrics: {}, best: null, layers: [], error: null, checkpoint: null, ...changes,
  },
});
const label = (changes: Partial<RunLabel>): RunLabel => ({ tags: [], note: "", archived: false, ...changes });
const runs = [run("b2", { seconds: 5, best: { step: 1, metric: "validation/loss", value: 0.5 } }), run("a1", { seconds: 9, best: { step: 1, metric: "validation/loss", value: 0.2 } }), run("b1", { state: "failed" })];
const labels = new Map([["/runs/b2", label({ tags: ["paper", "old"], note: "wide model" })], ["/runs/b1", label({ archived: true })]]);
const arranged = (changes: object) => arrangeRuns(runs, (folder) => labels.get(folder) ?? label({}), { ...plainArrangement, ...changes }).map(({ heading, runs: list }) => [heading, list.map(({ folder }) => folder.slice(6))]);

describe("arranging runs", () => {
  it("keeps the order given, the archive last", () => expect(arranged({})).toEqual([["", ["b2", "a1"]], ["Archived", ["b1"]]]));
  it("filters by every word, in names, tags, notes and states", () => {
    expect(arranged({ filter: "paper" })).toEqual([["", ["b2"]]]);
    expect(arranged({ filter: "WIDE finished" })).toEqual([["", ["b2"]]]);
    expect(arranged({ filter: "wide failed" })).toEqual([]);
  });
  it("sorts by name, best and time", () => {
    expect(arranged({ sort: "name" })[0]).toEqual(["", ["a1", "b2"]]);
    expect(arranged({ sort: "best" })[0]).toEqual(["", ["a1", "b2"]]);
    expect(arranged({ sort: "longest" })[0]).toEqual(["", ["a1", "b2"]]);
  });
  it("groups by tag, a run under each of its tags, those without first", () => expect(arranged({ group: "tag" })).toEqual([["", ["a1"]], ["old", ["b2"]], ["paper", ["b2"]], ["Archived", ["b1"]]]));
  it("asks for labels as often as there are runs, filtered, sorted and grouped, not for each pair", () => {
    let asked = 0;
    const labelOf = () => {
      asked += 1;
      return label({});
    };
    arrangeRuns(Array.from({ length: 2000 }, (_, i) => run(`r${i}`)), labelOf, { filter: "r1", sort: "best", group: "name" });
    expect(asked).toBeLessThanOrEqual(2 * 2000);
  });
});
