/** Fixes that are tried and causes that are told apart, from the command line. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildProduct, type Product } from "../helpers/product.js";

const text = `data: { train: { generate: two_moons, examples: 400, noise: 0.1 }, split: { validation: 0.2, test: 0 } }
model:
  - dense: { units: 16, activation: relu }
  - dropout: 0.9
  - dense: { units: 2, activation: sigmoid }
loss: cross_entropy
optimizer: { sgd: { lr: 30 } }
training: { epochs: 20, batch_size: 32 }
threads: 1
seed: 0
`;

let product: Product;
beforeAll(async () => {
  product = await buildProduct();
}, 60_000);
afterAll(() => product.dispose());

const objects = (stdout: string) => stdout.trim().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);

it("check --try says of each fix whether it helps, and leaves the file alone", { timeout: 60_000 }, async () => {
  const file = product.trainingFile("two.train.yaml", text);
  const { stdout, code } = await product.descent("check", file, "--only", "initial-loss", "--try", "--format", "json");
  expect(code).toBe(0);
  const told = objects(stdout);
  const tries = told.filter(({ event }) => event === "try");
  expect(tries.length).toBeGreaterThanOrEqual(2);
  for (const one of tries) expect(one).toMatchObject({ rule: expect.any(String) as string, title: expect.any(String) as string, message: expect.stringContaining("5 seeds") as string, measure: "validation/loss" });
  expect(tries.find(({ rule }) => rule === "dropout-too-high")).toMatchObject({ answer: "better" });
  expect(told.at(-1)).toMatchObject({ event: "verdict", healthy: false });
  expect((await product.descent("lint", file, "--format", "json")).stdout).toContain("dropout-too-high");
});

it("diagnose --experiment weighs the causes of a run by what helped", { timeout: 60_000 }, async () => {
  const file = product.trainingFile("apart.train.yaml", text);
  const [{ run }] = objects((await product.descent("train", file, "--json")).stdout).filter(({ event }) => event === "start") as { run: string }[];
  const verdictOf = async (...more: string[]) => objects((await product.descent("diagnose", run, "--format", "json", ...more)).stdout).at(-1) as { causes: { category: string; confidence: number }[]; experiment?: string };
  const before = await verdictOf();
  const after = await verdictOf("--experiment");
  expect(before.experiment).toBeUndefined();
  expect(before.causes.length).toBeGreaterThan(1);
  expect(after.experiment).toMatch(/as the file is; with ".*better by more than chance/);
  expect(after.causes.map(({ category }) => category).sort()).toEqual(before.causes.map(({ category }) => category).sort());
  expect(after.causes[0].confidence).toBeGreaterThan(before.causes.find(({ category }) => category === after.causes[0].category)!.confidence);
});
