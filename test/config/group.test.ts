/** `repeat`, `ensemble` and `cluster` in the training file: their forms, and what is wrong with them at its line. */
import { describe, expect, it } from "vitest";
import { parseTrainingFile } from "../../src/config/parseTrainingFile.js";

const file = (more: string, data = "{ train: { generate: two_moons } }") => `data: ${data}\nmodel:\n  - dense: 8\n  - dense: 2\n${more}\n`;
const parse = (more: string, data?: string) => parseTrainingFile(file(more, data), { file: "a.train.yaml" });
const problem = (more: string, data?: string) => {
  const [{ code, path, range, message }, ...others] = parse(more, data).problems;
  expect(others).toEqual([]);
  return { code, path, line: range.start.line, message };
};

describe("repeat", () => {
  it("is a number of seeds, or of folds", () => {
    expect(parse("repeat: 5").group?.repeat).toEqual({ kind: "seeds", count: 5 });
    expect(parse("repeat: { seeds: 3 }").group?.repeat).toEqual({ kind: "seeds", count: 3 });
    expect(parse("repeat: { folds: 4 }").group?.repeat).toEqual({ kind: "folds", count: 4 });
    expect(parse("").group?.repeat).toBeNull();
  });

  it("of one run, of both kinds or of something else is an error at its line", () => {
    expect(problem("repeat: 1")).toMatchObject({ path: "repeat", line: 5 });
    expect(problem("repeat: { seeds: 2, folds: 2 }")).toMatchObject({ code: "conflicting-keys", path: "repeat.folds", line: 5 });
    expect(problem("repeat: { fold: 2 }")).toMatchObject({ code: "unknown-key", path: "repeat.fold", line: 5 });
    expect(problem("repeat: { folds: 3 }", "{ train: { generate: blobs }, validation: { generate: blobs } }")).toMatchObject({ code: "conflicting-keys", path: "repeat.folds", line: 5 });
  });
});

describe("ensemble", () => {
  it("has five independent members of different seeds by default", () => {
    expect(parse("ensemble: {}").group?.ensemble).toEqual({ members: 5, kind: "independent", vary: { seed: true, folds: false, values: {} } });
  });

  it("varies seeds, folds and values by path", () => {
    const { ensemble } = parse("ensemble: { members: 3, vary: { optimizer.adam.lr: [1e-3, 3e-4], folds: true } }").group!;
    expect(ensemble?.vary).toEqual({ seed: false, folds: true, values: { "optimizer.adam.lr": [1e-3, 3e-4] } });
  });

  it.each([
    ["ensemble: { vary: { optimizer.adam.rate: [1] } }", "unknown-key", 'ensemble.vary["optimizer.adam.rate"]'],
    ["ensemble: { vary: { optimizer.adam.lr: [1e-3, -1] } }", "out-of-range", 'ensemble.vary["optimizer.adam.lr"]'],
    ["ensemble: { vary: { optimizer.adam.lr: [] } }", "wrong-type", 'ensemble.vary["optimizer.adam.lr"]'],
    ["ensemble: { vary: { \"model[7].dense.units\": [3] } }", "wrong-path", 'ensemble.vary["model[7].dense.units"]'],
    ["ensemble: { vary: { seed: false } }", "out-of-range", "ensemble.vary"],
    ["ensemble: { members: 1 }", "out-of-range", "ensemble.members"],
    ["ensemble: { kind: snapshot, vary: { folds: true } }", "conflicting-keys", "ensemble.vary"],
    ["ensemble: { kind: snapshot, members: 5 }\ntraining: { epochs: 4 }", "out-of-range", "ensemble.members"],
    ["repeat: 2\nensemble: {}", "conflicting-keys", "ensemble"],
  ])("%s is an error at its place", (more, code, path) => {
    const found = problem(more);
    expect(found).toMatchObject({ code, path });
    expect(found.line).toBe(file(more).split("\n").findIndex((line) => line.startsWith("ensemble")) + 1);
  });

  it("of snapshots has a cycle of its own for a schedule", () => {
    expect(problem("ensemble: { kind: snapshot, members: 2 }\nschedule: { step: { every_epochs: 3 } }")).toMatchObject({ code: "conflicting-keys", path: "schedule", line: 6 });
    expect(parse("ensemble: { kind: snapshot, members: 2 }\nschedule: cosine").problems).toEqual([]);
  });
});

describe("cluster", () => {
  it("says what a job asks for", () => {
    expect(parse("cluster: { partition: gpu, time: 30, cores: 4, gpus: \"a100:1\", memory: 8G, lines: [\"module load cuda\"] }").group?.cluster).toEqual({
      partition: "gpu", account: null, time: "30", cores: 4, gpus: "a100:1", memory: "8G", lines: ["module load cuda"],
    });
    expect(parse("cluster: { time: 1-12:00:00 }").group?.cluster).toMatchObject({ time: "1-12:00:00", cores: 1, gpus: null });
  });

  it("refuses a time and a memory that the scheduler would", () => {
    expect(problem("cluster: { time: soon }")).toMatchObject({ path: "cluster.time", line: 5 });
    expect(problem("cluster: { memory: much }")).toMatchObject({ path: "cluster.memory", line: 5 });
  });
});

describe("data.split.fold", () => {
  it("is below the number of folds", () => {
    expect(parse("", "{ train: { generate: blobs }, split: { fold: { index: 4, of: 5 } } }").config?.data.split).toMatchObject({ fold: { index: 4, of: 5 }, validation: 0.18 });
    expect(problem("", "{ train: { generate: blobs }, split: { fold: { index: 5, of: 5 } } }")).toMatchObject({ code: "out-of-range", path: "data.split.fold" });
  });
});
