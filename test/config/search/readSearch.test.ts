/** The section `search:`: what it means, and what is said, where, of one that cannot be meant. */
import { describe, expect, it } from "vitest";
import { parseTrainingFile } from "../../../src/config/parseTrainingFile.js";
import { overridesOf } from "../../../src/config/search/space.js";

const base = `data: { train: { generate: blobs, examples: 200 } }
model:
  - dense: { units: 16, activation: relu }
  - dropout: 0.2
  - dense: 3
`;
const parse = (search: string) => parseTrainingFile(base + search, { file: "x.train.yaml" });
const space = (lines: string, more = "") => parse(`search:\n${more}  space:\n${lines.split("\n").map((line) => `    ${line}`).join("\n")}\n`);

describe("what is searched", () => {
  it("reads lists, ranges and defaults", () => {
    const { search, problems } = space("optimizer.adam.lr: { log_uniform: [1e-5, 1e-1] }\ntraining.batch_size: [32, 64]\nmodel[0].dense.units: { log_integer: [8, 256] }\nmodel[1].dropout: { uniform: [0, 0.5] }");
    expect(problems).toEqual([]);
    expect(search).toMatchObject({ strategy: "random", trials: 20, metric: "validation/loss", parallel: "auto", stopEarly: true, factor: 3, leastEpochs: 1, seed: 0 });
    expect(search?.space.map(({ path, range }) => [path, range.kind])).toEqual([
      ["optimizer.adam.lr", "log_uniform"], ["training.batch_size", "choice"], ["model[0].dense.units", "log_integer"], ["model[1].dropout", "uniform"],
    ]);
  });

  it("takes an optimizer with settings of its own", () => {
    const { search, problems } = space("optimizer:\n  - sgd: { lr: { log_uniform: [1e-3, 1] }, momentum: [0, 0.9], nesterov: true }\n  - adam: { lr: { log_uniform: [1e-5, 1e-1] } }\n  - muon");
    expect(problems).toEqual([]);
    expect(search?.space.map(({ path, when }) => [path, when?.label ?? null])).toEqual([["optimizer", null], ["optimizer.sgd.lr", "sgd"], ["optimizer.sgd.momentum", "sgd"], ["optimizer.adam.lr", "adam"]]);
    const drawn = (settings: Record<string, string | number>) => overridesOf(search!.space, settings);
    expect(drawn({ optimizer: "sgd", "optimizer.sgd.lr": 0.1, "optimizer.sgd.momentum": "0.9" })).toEqual({ optimizer: { sgd: { lr: 0.1, momentum: 0.9, nesterov: true } } });
    expect(drawn({ optimizer: "muon" })).toEqual({ optimizer: "muon" });
  });

  it("takes a setting of an option under its own path", () => {
    const { search, problems } = space("optimizer.sgd.lr: { log_uniform: [1e-3, 1] }\noptimizer.adam.lr: { log_uniform: [1e-5, 1e-1] }\noptimizer: [sgd, adam]");
    expect(problems).toEqual([]);
    expect(search?.space.map(({ path, when }) => [path, when?.label ?? null])).toEqual([["optimizer", null], ["optimizer.sgd.lr", "sgd"], ["optimizer.adam.lr", "adam"]]);
    expect(overridesOf(search!.space, { optimizer: "adam", "optimizer.adam.lr": 0.01 })).toEqual({ optimizer: "adam", "optimizer.adam.lr": 0.01 });
  });

  it("takes a list as one value where the file does", () => {
    const { search, problems } = parseTrainingFile("data: { train: { generate: blobs } }\nmodel: [dense: 3]\nsearch: { space: { data.augment: [[], [{ noise: 0.01 }]], metrics: [[accuracy], [accuracy, f1]] } }\n", { file: "x.train.yaml" });
    expect(problems).toEqual([]);
    expect(search?.space.map(({ range }) => (range.kind === "choice" ? range.labels : []))).toEqual([["[]", '[{"noise":0.01}]'], ['["accuracy"]', '["accuracy","f1"]']]);
  });
});

describe("what is wrong with it", () => {
  const line = 8;
  it.each([
    ["optimizer.adam.learning_rate: [0.1, 0.2]", "unknown-key", "lr"],
    ["optimiser.adam.lr: [0.1, 0.2]", "unknown-key", "optimizer"],
    ["optimizer.adm.lr: [0.1, 0.2]", "unknown-optimizer", "adam"],
    ["optimizer..lr: [0.1, 0.2]", "wrong-path", "no path"],
    ["model[1].dense.units: [8, 16]", "wrong-path", "Did you mean model[0].dense.units?"],
    ["model[7].dense.units: [8, 16]", "wrong-path", "3 layers"],
    ["search.trials: [8, 16]", "wrong-path", "cannot be searched"],
    ["training.batch_size: { integer: [64, 16] }", "empty-range", "[16, 64]"],
    ["training.batch_size: { integer: [64, 64] }", "empty-range", "single value"],
    ["training.batch_size: {}", "empty-range", "no range"],
    ["training.batch_size: []", "out-of-range", "at least one entry"],
    ["training.batch_size: [32, 32]", "out-of-range", "twice"],
    ["optimizer.adam.lr: { log_uniform: [0, 0.1] }", "log-of-zero", "no logarithm"],
    ["training.batch_size: { log_integer: [0, 100] }", "log-of-zero", "Begin at a small number such as 1"],
    ["training.batch_size: { integer: [1.5, 8] }", "wrong-type", "whole numbers"],
    ["model[1].dropout: { uniform: [0, 1.5] }", "out-of-range", "dropout"],
    ["optimizer.adam.lr: { log_unifrom: [1e-3, 1] }", "unknown-key", "log_uniform"],
    ["training.batch_size: 32", "wrong-type", ""],
  ])("%s", (text, code, words) => {
    const { problems, config } = space(text);
    expect(config).toBeNull();
    expect(problems.map((problem) => [problem.code, problem.range.start.line])).toEqual([[code, line]]);
    expect(problems[0].message).toContain(words);
  });

  it("two kinds that take each other's place", () => {
    const { problems } = space("optimizer.sgd.lr: [0.1, 0.2]\noptimizer.adam.lr: [0.1, 0.2]");
    expect(problems.map(({ code, range }) => [code, range.start.line])).toEqual([["conflicting-keys", 9]]);
  });

  it.each([
    ["validation/acuracy", "Did you mean validation/accuracy?"],
    ["test/accuracy", "never one of test"],
    ["loss", ""],
    ["train/f1", "validation/f1"],
  ])("the metric %s", (metric, words) => {
    const { problems } = space("training.batch_size: [32, 64]", `  metric: ${metric}\n`);
    expect(problems.map(({ path, range }) => [path, range.start.line])).toEqual([["search.metric", 7]]);
    expect(problems[0].message).toContain(words);
  });

  it("a metric that the file does not ask for", () => {
    const { problems } = parse("metrics: [accuracy]\nsearch: { metric: validation/f1, space: { training.batch_size: [1, 2] } }\n");
    expect(problems.map(({ code, message }) => [code, message])).toEqual([["unknown-metric", "f1 is not among this file's metrics: add it to metrics, or search by validation/loss."]]);
  });
});
