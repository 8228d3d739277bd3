/** What a run keeps of its evaluations, and what is computed from them when someone looks. */
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { countsOf } from "../../../src/protocol/confusionCells.js";
import { figuresSchema, projectionSchema, type ClassFigures, type NumberFigures } from "../../../src/protocol/evaluation.js";
import { readEvaluation } from "../../../src/runs/evaluationFile.js";
import { readEvaluations } from "../../../src/runs/evaluationHistory.js";
import { readManifest } from "../../../src/runs/manifestFile.js";
import { runJob } from "../../../src/runtime/client/runJob.js";
import { buildProduct, objects, type Product } from "../../helpers/product.js";

let product: Product;
beforeAll(async () => {
  product = await buildProduct();
}, 120_000);
afterAll(() => product.dispose());

async function train(name: string, text: string): Promise<string> {
  const { code, stdout, stderr } = await product.descent("train", product.trainingFile(name, text), "--json");
  expect(code, stderr).toBe(0);
  return objects(stdout)[0].run as string;
}

const ask = <T>(job: Parameters<typeof runJob>[0], options: { onProjection?: (projection: unknown) => void } = {}) => runJob(job, { runtimePath: product.runtimePath, ...options }) as Promise<T>;

it("a run that restores its best weights shows their matrix; its figures, curves and cells agree", async () => {
  const run = await train("moons.train.yaml", `data: { train: { generate: two_moons, examples: 600, noise: 0.4 }, split: { validation: 0.4 } }
model: [{ dense: { units: 8, activation: tanh } }, { dense: 2 }]
optimizer: { adam: { lr: 0.4 } }
training: { epochs: 12, batch_size: 20, early_stopping: { metric: validation/loss, patience: 4, restore_best: true } }
seed: 3
`);
  const manifest = await readManifest(run);
  const history = await readEvaluations(run);
  expect(history.length).toBeGreaterThan(4);
  expect(manifest.restoredStep).toBe(manifest.best!.step);
  expect(manifest.best!.step).toBeLessThan(manifest.step);
  const kept = (await readEvaluation(run)).confusion.find(({ split }) => split === "validation")!;
  expect(kept.step).toBe(manifest.best!.step);
  expect(kept).toEqual(history.find(({ split, step }) => split === "validation" && step === kept.step));
  // of a cell are as many examples as the matrix counts
  const counts = countsOf(kept);
  for (const [cell, count] of counts.entries()) {
    const { total } = await ask<{ total: number }>({ job: "examples", run, storage: product.folder, of: { split: "validation", actual: Math.floor(cell / 2), predicted: cell % 2, offset: 0, limit: 1 } });
    expect(total).toBe(count);
  }
  const figures = figuresSchema.parse(await ask({ job: "figures", run, storage: product.folder, split: "validation", of: 1 })) as ClassFigures;
  expect(figures).toMatchObject({ kind: "class", classes: kept.classes, positives: counts[2] + counts[3], negatives: counts[0] + counts[1], decidesAt: 0.5 });
  const at = figures.thresholds.findLastIndex((threshold) => threshold > 0.5);
  expect([figures.falsePositives[at], figures.truePositives[at]]).toEqual([counts[1], counts[3]]);
  expect(figures.calibration.bins.reduce((sum, { count }) => sum + count, 0)).toBe(counts.reduce((sum, count) => sum + count, 0));
  await expect(ask({ job: "figures", run, storage: product.folder, split: "validation", of: 2 })).rejects.toMatchObject({ code: "no-such-class" });
}, 90_000);

it("lays an ended run's layer out, shown while it forms, with what each example costs", async () => {
  const run = await train("blobs.train.yaml", `data: { train: { generate: blobs, examples: 3000 }, split: { validation: 0.5 } }
model: [{ dense: { name: hidden, units: 16, activation: relu } }, { dense: 4 }]
training: { epochs: 2 }
seed: 0
`);
  const seen: unknown[] = [];
  const job = { job: "project", source: run, storage: product.folder, of: "hidden", method: "tsne", split: null, examples: null, seed: 0, threads: 1, output: null, picture: true } as const;
  const projection = projectionSchema.parse(await ask(job, { onProjection: (one) => seen.push(one) }));
  expect(seen.length).toBeGreaterThan(0);
  expect(projection).toMatchObject({ of: "hidden", method: "tsne", step: (await readManifest(run)).step });
  expect(projection.x).toHaveLength(1500);
  expect(projection.loss!.every((loss) => loss >= 0)).toBe(true);
  expect(new Set(projection.labels).size).toBe(projection.classes.length);
  await expect(ask({ ...job, of: "nowhere" })).rejects.toMatchObject({ code: "unknown-layer" });
}, 90_000);

it("of numbers, figures are in the targets' own unit", async () => {
  const rows = Array.from({ length: 200 }, (_, i) => [i / 10, 500 + 30 * (i / 10)]);
  const { writeFileSync } = await import("node:fs");
  writeFileSync(path.join(product.folder, "line.csv"), `x,price\n${rows.map((row) => row.join(",")).join("\n")}\n`);
  const run = await train("line.train.yaml", `data: { train: line.csv, target: price, split: { validation: 0.2 } }
model: [{ dense: 1 }]
optimizer: { adam: { lr: 0.1 } }
training: { epochs: 40 }
seed: 0
`);
  const figures = figuresSchema.parse(await ask({ job: "figures", run, storage: product.folder, split: "validation", of: 0 })) as NumberFigures;
  expect(figures).toMatchObject({ kind: "numbers", columns: ["price"], count: 40 });
  figures.examples.forEach((example, i) => expect(figures.actual[i]).toBeCloseTo(rows[example][1], 3));
  const { metrics } = await readManifest(run);
  for (const name of ["mae", "rmse", "r2"] as const) expect(figures[name]).toBeCloseTo(metrics[`validation/${name}`] as number, 3);
}, 90_000);
