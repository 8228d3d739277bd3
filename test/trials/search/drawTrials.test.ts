/** What trials a space gives: the same from the same seed, spread as the ranges say, each different. */
import { expect, it } from "vitest";
import { parseTrainingFile } from "../../../src/config/parseTrainingFile.js";
import { drawTrials, gridSize } from "../../../src/trials/search/drawTrials.js";

function planOf(space: string, more = "") {
  const { search, problems } = parseTrainingFile(`data: { train: { generate: blobs } }\nmodel: [dense: 8, dense: 3]\nsearch: { ${more}space: { ${space} } }\n`, { file: "x.train.yaml" });
  expect(problems).toEqual([]);
  return search!;
}

const take = (space: string, count: number, more = "") => {
  const draws = drawTrials(planOf(space, more));
  return Array.from({ length: count }, () => draws.next().value!);
};

it("draws the same trials from the same seed, others from another", () => {
  const space = "optimizer.adam.lr: { log_uniform: [1e-5, 1e-1] }, training.batch_size: [16, 32, 64]";
  expect(take(space, 20)).toEqual(take(space, 20));
  expect(take(space, 20, "seed: 1, ")).not.toEqual(take(space, 20));
  expect(take(space, 5)).toEqual(take(space, 20).slice(0, 5));
});

it("draws each order of magnitude, each number and each option equally often", () => {
  const draws = take("optimizer.adam.lr: { log_uniform: [1e-4, 1] }, optimizer.adam.beta1: { uniform: [0, 0.8] }, training.batch_size: { integer: [1, 4] }, training.accumulate: { log_integer: [1, 7] }", 2000);
  const share = (holds: (settings: Record<string, number | string>) => boolean) => draws.filter(holds).length / draws.length;
  for (const power of [-4, -3, -2, -1]) expect(share((s) => Math.floor(Math.log10(Number(s["optimizer.adam.lr"]))) === power)).toBeCloseTo(0.25, 1);
  for (const from of [0, 0.2, 0.4, 0.6]) expect(share((s) => Number(s["optimizer.adam.beta1"]) >= from && Number(s["optimizer.adam.beta1"]) < from + 0.2)).toBeCloseTo(0.25, 1);
  for (const n of [1, 2, 3, 4]) expect(share((s) => s["training.batch_size"] === n)).toBeCloseTo(0.25, 1);
  // log2((n + 1) / n) / 3
  for (const n of [1, 2, 3, 4, 5, 6, 7]) expect(share((s) => s["training.accumulate"] === n)).toBeCloseTo(Math.log2((n + 1) / n) / 3, 1);
});

it("draws settings of an option only with it, and none twice", () => {
  const draws = take("optimizer: [{ sgd: { lr: { log_uniform: [1e-3, 1] } } }, { adam: { lr: { log_uniform: [1e-5, 1e-1] } } }, muon]", 60);
  for (const settings of draws) {
    const { optimizer } = settings;
    expect(Object.keys(settings)).toEqual(optimizer === "muon" ? ["optimizer"] : ["optimizer", `optimizer.${optimizer}.lr`]);
  }
  expect(draws.filter(({ optimizer }) => optimizer === "muon")).toHaveLength(1);
  expect(new Set(draws.map((settings) => JSON.stringify(settings))).size).toBe(60);
  const few = [...drawTrials(planOf("training.batch_size: [16, 32], training.accumulate: [1, 2, 4]"))];
  expect(few).toHaveLength(6);
});

it("goes through a grid, the last setting fastest, ranges at equal distances", () => {
  const plan = planOf("training.batch_size: [16, 32], optimizer.adam.lr: { log_uniform: [1e-4, 1e-1], points: 4 }", "strategy: grid, ");
  expect([...drawTrials(plan)].map((settings) => Object.values(settings))).toEqual(
    ["16", "32"].flatMap((batch) => [1e-4, 1e-3, 1e-2, 1e-1].map((lr) => [batch, lr])),
  );
  expect(gridSize(plan.space, 100)).toBe(8);
  expect(gridSize(planOf("optimizer: [{ sgd: { momentum: [0, 0.5, 0.9] } }, adam], training.accumulate: { integer: [1, 3] }", "strategy: grid, ").space, 100)).toBe(12);
});
