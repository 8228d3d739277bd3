/** `descent curvature` through the built command line. */
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildProduct, type Product } from "../helpers/product.js";

let product: Product;

beforeAll(async () => {
  product = await buildProduct();
}, 120_000);
afterAll(() => product.dispose());

const moons = (lr: number) => `data: { train: { generate: two_moons, examples: 200 }, split: { validation: 0.2, test: 0 } }
model: [{ dense: { units: 16, activation: relu } }, { dense: 2 }]
loss: cross_entropy
optimizer: { sgd: { lr: ${lr} } }
training: { epochs: 10, batch_size: full }
seed: 0
`;
const objects = (text: string) => text.trim().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);

it("measures a file's initial weights and a run's checkpoint, keeps a run's figures, and warns where the rate is above what is stable", async () => {
  const file = product.trainingFile("moons.train.yaml", moons(0.1));
  const [first] = objects((await product.descent("curvature", file, "--format", "json")).stdout);
  expect(first).toMatchObject({ event: "curvature", step: 0, converged: true, examples: 160, learning_rate: 0.1 });
  expect(first.stable_rate).toBeCloseTo(2 / (first.largest as number), 6);

  await product.descent("train", file, "--runs", path.join(product.folder, "runs"), "--quiet");
  const run = path.join(product.folder, "runs", fs.readdirSync(path.join(product.folder, "runs"))[0]);
  const told = await product.descent("curvature", run);
  expect(told).toMatchObject({ code: 0, stderr: "" });
  expect(told.stdout).toMatch(/^step 10: largest [\d.]+, smallest \S+, ratio .+, (saddle|valley|minimum) \(160 examples, \d+ products\)\nThe weights stand on /);
  expect(objects(fs.readFileSync(path.join(run, "curvature.jsonl"), "utf8"))).toMatchObject([{ step: 10, rate: 0.1 }]);

  const fast = product.trainingFile("fast.train.yaml", moons(0.9 + 4 / (first.largest as number)));
  const [finding] = objects((await product.descent("curvature", fast, "--format", "json")).stdout);
  expect(finding).toMatchObject({ event: "finding", rule: "unstable-curvature", path: "optimizer.sgd.lr", range: { start: { line: 4 } } });
}, 120_000);

it("a run that gets into trouble looks at its curvature by itself", async () => {
  const file = product.trainingFile("wild.train.yaml", moons(60).replace("epochs: 10", "epochs: 400"));
  const found = objects((await product.descent("train", file, "--runs", path.join(product.folder, "wild"), "--json")).stdout).filter(({ event }) => event === "finding");
  expect(found.filter(({ rule }) => rule === "unstable-curvature")).toMatchObject([{ severity: "info", evidence: { learning_rate: 60, measured_at: 0 } }]);
}, 120_000);

it("says what it cannot measure", async () => {
  expect(await product.descent("curvature", path.join(product.folder, "nowhere"))).toMatchObject({ code: 2 });
  expect(await product.descent("curvature", product.trainingFile("broken.train.yaml", "model: []\n"))).toMatchObject({ code: 2 });
}, 60_000);
