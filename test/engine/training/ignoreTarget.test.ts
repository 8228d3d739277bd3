/** Targets that count for nothing: training and metrics are those of the data without them. */
import { expect, test } from "vitest";
import { buildDataset } from "../../../src/engine/data/buildDataset.js";
import type { RawSource } from "../../../src/engine/data/table.js";
import type { Dataset } from "../../../src/engine/data/types.js";
import type { LossConfig, TrainingConfig } from "../../../src/engine/training/config.js";
import { createTrainer } from "../../../src/engine/training/trainer.js";
import { backend, configOf, layersOf, noise, plain } from "./testRun.js";

const width = 3;
const origin = { describe: (row: number) => ({ text: `example ${row}`, location: {} }) };
const source = (dims: number[], inputs: ArrayLike<number>, labelDims: number[], labels: ArrayLike<number>): RawSource => ({
  inputs: { kind: "tensor", dims, data: Float32Array.from(inputs), origin },
  labels: labelDims.length > 1 ? { kind: "tensor", dims: labelDims, data: Int32Array.from(labels), origin } : { kind: "table", rows: labelDims[0], origin, columns: [{ name: "label", numbers: Float64Array.from(labels), texts: null }] },
});

async function train(raw: RawSource, loss: LossConfig, units: number, ignoreTarget: number | null, reshape: readonly number[] | null = null): Promise<{ readonly losses: number[]; readonly metrics: Readonly<Record<string, number>>; readonly confusion: number[] | null; readonly dataset: Dataset }> {
  const config: TrainingConfig = configOf({ model: reshape === null ? layersOf(["dense", { units }]) : layersOf(["reshape", { shape: reshape }], ["dense", { units }]), loss, training: { batchSize: "full", epochs: 5 } });
  const withData = { ...config, data: { ...config.data, ignoreTarget } };
  const dataset = buildDataset(withData, { train: raw, validation: null, test: null }, "npz");
  const trainer = await createTrainer({ config: withData, dataset, backend, provider: "cpu", tuning: plain, resume: null, log: () => {} });
  const losses: number[] = [];
  for (let event = await trainer.next(); event.kind !== "end"; event = await trainer.next()) if (event.kind === "steps") losses.push(...event.losses);
  const { metrics, confusion } = await trainer.evaluate("train", "current");
  await trainer.dispose();
  return { losses, metrics, confusion: confusion && [...confusion], dataset };
}

const n = 40;
const values = Float32Array.from(noise(3, n * width), (x) => 2 * x - 1);
const labels = Array.from({ length: n }, (_, i) => (i % 4 === 3 ? -100 : i % 3));
const kept = labels.flatMap((label, i) => (label === -100 ? [] : [i]));
const keptValues = kept.flatMap((i) => [...values.subarray(i * width, (i + 1) * width)]);
const near = (figures: readonly number[]) => figures.map((figure) => expect.closeTo(figure, 4 - Math.ceil(Math.log10(Math.max(figure, 1)))) as number);

test("classes: loss, balanced weights, accuracy and confusion matrix are those without the ignored examples", async () => {
  const loss = { kind: "cross_entropy", arguments: { class_weights: "balanced" } } as const;
  const ignoring = await train(source([n, width], values, [n], labels), loss, 3, -100);
  const without = await train(source([kept.length, width], keptValues, [kept.length], kept.map((i) => labels[i])), loss, 3, null);
  expect(ignoring.dataset.classes).toEqual(["0", "1", "2"]);
  expect(ignoring.losses).toEqual(near(without.losses));
  expect(ignoring.metrics).toEqual(Object.fromEntries(Object.entries(without.metrics).map(([name, value]) => [name, expect.closeTo(value, 5)])));
  expect(ignoring.confusion).toEqual(without.confusion);
});

test("a class a step: ignored steps count for nothing, as PyTorch's ignore_index", async () => {
  const loss = { kind: "cross_entropy", arguments: {} } as const;
  const steps = await train(source([n / 4, 4, width], values, [n / 4, 4], labels), loss, 3, -100, [4, width]);
  const flat = await train(source([kept.length, width], keptValues, [kept.length], kept.map((i) => labels[i])), loss, 3, null, [width]);
  expect(steps.losses).toEqual(near(flat.losses));
  expect(steps.metrics.accuracy).toBeCloseTo(flat.metrics.accuracy, 6);
  expect(steps.confusion).toEqual(flat.confusion);
});

test("numbers: the ignored ones leave loss and metrics", async () => {
  const targets = Array.from({ length: n }, (_, i) => (i % 4 === 3 ? -1 : values[i * width] + 0.5 * i));
  const loss = { kind: "mse", arguments: {} } as const;
  const ignoring = await train(source([n, width], values, [n], targets), loss, 1, -1);
  const without = await train(source([kept.length, width], keptValues, [kept.length], kept.map((i) => targets[i])), loss, 1, null);
  expect(ignoring.losses).toEqual(near(without.losses));
  expect(ignoring.metrics.mae).toBeCloseTo(without.metrics.mae, 4);
  expect(ignoring.metrics.r2).toBeCloseTo(without.metrics.r2, 4);
});

test("nothing left to train on is told", async () => {
  await expect(train(source([2, width], values.subarray(0, 6), [2], [5, 5]), { kind: "cross_entropy", arguments: {} }, 3, 5)).rejects.toMatchObject({ code: "no-training-data" });
});

test("several labels: an ignored label leaves the loss and the metrics, the example's other labels count", async () => {
  const labels = Int32Array.from({ length: n * 2 }, (_, i) => (i % 5 === 0 ? -1 : Number(values[(i >> 1) * width + (i % 2)] > 0)));
  const raw: RawSource = { inputs: { kind: "tensor", dims: [n, width], data: values, origin }, labels: { kind: "tensor", dims: [n, 2], data: labels, origin } };
  const config: TrainingConfig = configOf({ model: layersOf(["dense", { units: 2, init: { constant: 0.5 } }]), loss: { kind: "binary_cross_entropy", arguments: {} }, metrics: ["accuracy", "f1", "roc_auc"], training: { batchSize: "full", epochs: 1 } });
  const withData: TrainingConfig = { ...config, data: { ...config.data, ignoreTarget: -1, task: "multi_label" } };
  const dataset = buildDataset(withData, { train: raw, validation: null, test: null }, "npz");
  const trainer = await createTrainer({ config: withData, dataset, backend, provider: "cpu", tuning: plain, resume: null, log: () => {} });
  const { metrics } = await trainer.evaluate("train", "current");
  await trainer.dispose();
  // by hand: both outputs are half the sum of the inputs
  const logit = Array.from({ length: n }, (_, i) => 0.5 * (values[i * width] + values[i * width + 1] + values[i * width + 2]));
  const known = [...labels.keys()].filter((i) => labels[i] >= 0);
  const loss = known.reduce((sum, i) => sum + Math.log1p(Math.exp(logit[i >> 1])) - labels[i] * logit[i >> 1], 0) / known.length;
  const right = known.filter((i) => (logit[i >> 1] >= 0) === (labels[i] === 1)).length / known.length;
  const areas = [0, 1].map((label) => {
    const ofLabel = known.filter((i) => i % 2 === label);
    const [yes, no] = [1, 0].map((value) => ofLabel.filter((i) => labels[i] === value).map((i) => logit[i >> 1]));
    return yes.reduce((sum, a) => sum + no.reduce((wins, b) => wins + Number(a > b) + 0.5 * Number(a === b), 0), 0) / (yes.length * no.length);
  });
  expect(metrics.loss).toBeCloseTo(loss, 5);
  expect(metrics.accuracy).toBeCloseTo(right, 6);
  expect(metrics.roc_auc).toBeCloseTo((areas[0] + areas[1]) / 2, 6);
  expect(metrics.f1).toBeGreaterThan(0);
});
