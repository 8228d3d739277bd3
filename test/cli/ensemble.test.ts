/** Ensembles through the command line: trained, evaluated, predicting, exported as one model. */
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeModel } from "../../src/engine/onnx/decode.js";
import { readScalars } from "../../src/runs/events/readScalars.js";
import { runModel } from "../helpers/backend.js";
import { buildProduct, objects, type Product } from "../helpers/product.js";

let product: Product;
beforeAll(async () => {
  product = await buildProduct();
}, 60_000);
afterAll(() => product.dispose());

type Json = Record<string, unknown>;
const points = Array.from({ length: 150 }, (_, i) => [Math.sin(i * 1.3) * 3 + (i % 3), Math.cos(i * 2.1) * 40, i % 3] as const);
const table = `x,y,label\n${points.map((row) => row.join(",")).join("\n")}\n`;
const text = (ensemble: string) => `
data: { train: points.csv, scaling: standardize, split: { validation: 0.2, test: 0.2 } }
model: [{ dense: { units: 8, activation: relu } }, { dense: 3 }]
optimizer: { adam: { lr: 0.02 } }
training: { epochs: 6 }
threads: 1
ensemble: ${ensemble}
`;

async function train(name: string, ensemble: string): Promise<{ folder: string; events: Json[] }> {
  fs.writeFileSync(path.join(product.folder, "points.csv"), table);
  const { code, stdout, stderr } = await product.descent("train", product.trainingFile(name, text(ensemble)), "--json");
  expect([code, stderr]).toEqual([0, ""]);
  const events = objects(stdout) as Json[];
  return { folder: events.find(({ event }) => event === "summary")!.group as string, events };
}

/** Probabilities of a prediction's CSV: example, predicted, confidence, then a column a class. */
const probabilities = async (run: string) => {
  const { stdout, stderr } = await product.descent("predict", run, path.join(product.folder, "points.csv"));
  expect(stderr).toBe("");
  return stdout.trim().split("\n").slice(1).map((line) => line.split(",").slice(3).map(Number));
};
const near = (ours: readonly number[][], theirs: readonly number[][], tolerance = 2e-6) =>
  ours.forEach((row, i) => row.forEach((value, k) => expect(Math.abs(value - theirs[i][k]), `example ${i}`).toBeLessThan(tolerance)));

describe("independent members on folds of their own", () => {
  let folder: string;

  it("share a test split, and are worth what their averaged predictions are", async () => {
    const trained = await train("folds.train.yaml", "{ members: 2, vary: { seed: true, folds: true, optimizer.adam.lr: [0.02, 0.01] } }");
    ({ folder } = trained);
    expect(trained.events.filter(({ event }) => event === "start").map(({ label }) => label)).toEqual(["seed 0, fold 1, lr 0.02", "seed 1, fold 2, lr 0.01"]);
    const [evaluation, ...others] = trained.events.filter(({ event }) => event === "ensemble");
    expect(others).toEqual([]); // the validation data of one member trained the other
    expect(evaluation).toMatchObject({ split: "test", examples: 30, members: [{ member: 0 }, { member: 1 }] });
    expect(Object.keys(evaluation.gain as Json)).toEqual(["loss", "accuracy"]);
    expect(fs.existsSync(path.join(folder, "ensemble.json"))).toBe(true);
    const again = objects((await product.descent("evaluate", folder, "--json")).stdout)[0] as Json;
    expect(again.metrics).toEqual(evaluation.metrics);
    const refused = await product.descent("evaluate", folder, "--split", "validation");
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("error[ensemble-split-differs]")]);
  }, 180_000);

  it("predict together the mean of what each says of data that it scales itself", async () => {
    const [whole, first, second] = [await probabilities(folder), await probabilities(path.join(folder, "members", "0000")), await probabilities(path.join(folder, "members", "0001"))];
    near(whole, first.map((row, i) => row.map((p, k) => (p + second[i][k]) / 2)));
    // and are one ONNX file that takes the data as they are
    const file = path.join(product.folder, "ensemble.onnx");
    const exported = await product.descent("export", folder, "-o", file, "--softmax", "--scaling");
    expect([exported.code, exported.stdout]).toEqual([0, expect.stringContaining("2 members as one model")]);
    const model = decodeModel(fs.readFileSync(file));
    expect(model.metadata.get("descent.members")).toBe("2");
    const { probabilities: out } = await runModel(fs.readFileSync(file), { input: { type: "float32", dims: [points.length, 2], data: Float32Array.from(points.flatMap(([x, y]) => [x, y])) } });
    near(whole, points.map((_, i) => Array.from((out.data as Float32Array).subarray(3 * i, 3 * i + 3))));
    const unscaled = await product.descent("export", folder, "-o", file);
    expect([unscaled.code, unscaled.stderr]).toEqual([2, expect.stringContaining("error[ensemble-scaling-differs]")]);
  }, 180_000);
});

describe("snapshots", () => {
  it("are cycles of one training, each from the last weights of the one before", async () => {
    const { folder, events } = await train("snapshots.train.yaml", "{ kind: snapshot, members: 2 }");
    const run = (i: number) => JSON.parse(fs.readFileSync(path.join(folder, "members", `000${i}`, "run.json"), "utf8")) as { overrides: Json; epochs: number };
    expect([run(0).epochs, run(1).epochs]).toEqual([3, 3]);
    expect(run(1).overrides.init_from).toBe(path.join(folder, "members", "0000", "checkpoints", "last.onnx"));
    const ratesOf = async (i: number) => Array.from((await readScalars(path.join(folder, "members", `000${i}`))).series.get("train/learning_rate")!.values);
    // the rate falls along a cosine in each cycle, from the same top
    const [first, second] = [await ratesOf(0), await ratesOf(1)];
    for (const rates of [first, second]) expect(rates).toEqual([...rates].sort((a, b) => b - a));
    expect(second).toEqual(first);
    expect(first[0]).toBeCloseTo(0.02, 6);
    expect(first.at(-1)).toBeLessThan(0.002);
    expect(events.filter(({ event }) => event === "ensemble").map(({ split }) => split)).toEqual(["validation", "test"]);
  }, 180_000);
});

it("a repeat is no ensemble", async () => {
  fs.writeFileSync(path.join(product.folder, "points.csv"), table);
  const { stdout } = await product.descent("train", product.trainingFile("repeat.train.yaml", text("{}").replace("ensemble: {}", "repeat: 2")), "--json");
  const folder = objects(stdout).at(-1)!.group as string;
  for (const command of [["evaluate", folder], ["predict", folder, "points.csv"], ["export", folder]]) {
    const { code, stderr } = await product.descent(...command);
    expect([code, stderr]).toEqual([2, expect.stringContaining("error[no-ensemble]")]);
  }
}, 180_000);
