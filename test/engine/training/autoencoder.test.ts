import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { buildDataset } from "../../../src/engine/data/buildDataset.js";
import { showReconstruction } from "../../../src/engine/data/showExample.js";
import { numericTable, type RawTensor } from "../../../src/engine/data/table.js";
import type { Dataset } from "../../../src/engine/data/types.js";
import type { TrainingConfig } from "../../../src/engine/training/config.js";
import { runModel } from "../../helpers/backend.js";
import { configOf, layersOf, lossesOf, runToEnd, trainerFor } from "./testRun.js";

/** Made by PyTorch and scikit-learn: see autoencoder.py beside it. */
const fixture = JSON.parse(readFileSync(path.join(import.meta.dirname, "../../fixtures/sequences/autoencoder.json"), "utf8"));
const columns = ["a", "b", "c", "d", "class"];
const origin = { describe: (row: number) => ({ text: `row ${row}`, location: {} }) };

function config(rest: Parameters<typeof configOf>[0] = {}, data: Partial<TrainingConfig["data"]> = {}): TrainingConfig {
  const plain = configOf({});
  return configOf({
    model: layersOf(["dense", { units: 2, activation: "tanh" }], ["dense", { units: 5 }]),
    data: { ...plain.data, task: "autoencoder", scaling: "standardize", ...data },
    optimizer: { kind: "sgd", arguments: { lr: 0.3, momentum: 0.9 } },
    metrics: ["mae", "rmse", "r2"],
    ...rest,
    training: { batchSize: "full", epochs: null, steps: 30, ...rest.training },
  });
}

function table(of = config()): Dataset {
  const rows = fixture.data as number[][];
  const inputs = numericTable(columns, columns.map((_, i) => Float64Array.from(rows, (row) => row[i])), origin);
  return buildDataset(of, { train: { inputs, labels: null }, validation: null, test: null }, "csv");
}

describe("an autoencoder of a table", () => {
  it("has all columns as inputs, a target column among them, and the scaled inputs as targets", () => {
    const data = table();
    expect([data.task, data.columns, data.targetColumns]).toEqual(["autoencoder", columns, columns]);
    expect(data.targets).toBe(data.inputs);
    expect(() => table(config({}, { target: ["class"] }))).toThrow(/has no target/);
  });

  it("trains as PyTorch's does, with scikit-learn's errors, and says its reconstructions in the columns' own units", async () => {
    const [of, data] = [config(), table()];
    const fresh = await trainerFor(of, data);
    const state = fresh.state();
    (state.tensors["dense_0.weight"].data as Float32Array).set(fixture.start.w1);
    (state.tensors["dense_1.weight"].data as Float32Array).set(fixture.start.w2);
    const run = await trainerFor(of, data, { resume: state });
    const losses = lossesOf(await runToEnd(run));
    losses.forEach((loss, i) => expect(Math.abs(loss / fixture.losses[i] - 1), `step ${i + 1}`).toBeLessThan(1e-4));
    const { metrics, confusion } = await run.evaluate("train", "current");
    expect(confusion).toBeNull();
    for (const [name, value] of Object.entries(fixture.metrics as Record<string, number>)) expect(Math.abs(metrics[name] / value - 1), name).toBeLessThan(1e-4);
    const { outputs, width } = await run.predict(Int32Array.of(0, 1, 2), "current");
    for (const [row, expected] of (fixture.reconstructed as number[][]).entries()) {
      const shown = showReconstruction(data, outputs.slice(row * width, (row + 1) * width));
      if (shown.kind !== "row") throw new Error("a row is shown as a row");
      shown.values.forEach((value, i) => expect(Math.abs(Number(value) - expected[i])).toBeLessThan(2e-3 * Math.max(1, Math.abs(expected[i]))));
    }
    const raw = Float32Array.from((fixture.data as number[][])[0]);
    const made = await runModel(run.exportModel({ weights: "current", softmax: false, scaling: true }), { input: { type: "float32", dims: [1, 5], data: raw } });
    Array.from(made.output.data as Float32Array).forEach((value, i) => expect(Math.abs(value - fixture.reconstructed[0][i])).toBeLessThan(2e-3 * Math.max(1, Math.abs(fixture.reconstructed[0][i]))));
    await fresh.dispose();
    await run.dispose();
  });
});

describe("an autoencoder of images", () => {
  const bytes = Uint8Array.from({ length: 12 * 16 }, (_, i) => (i * 37) % 256);
  const images: RawTensor = { kind: "tensor", dims: [12, 4, 4], data: bytes, origin };
  const build = (of: TrainingConfig) => buildDataset(of, { train: { inputs: images, labels: null }, validation: null, test: null }, "idx");

  it("compares bytes / 255, needs no labels, and takes outputs of any axes", async () => {
    for (const model of [layersOf(["flatten"], ["dense", { units: 16 }]), layersOf(["conv2d", { filters: 1, kernel: 3, padding: "same" }])]) {
      const of = config({ model, training: { steps: 1 } }, { scaling: "unit" });
      const data = build(of);
      expect(data.inputs.type).toBe("uint8");
      const run = await trainerFor(of, data);
      const { outputs } = await run.predict(data.splits.train, "current");
      const loss = outputs.reduce((sum, y, i) => sum + (y - bytes[i] / 255) ** 2, 0) / outputs.length;
      expect((await run.evaluate("train", "current")).metrics.loss).toBeCloseTo(loss, 6);
      expect(lossesOf(await runToEnd(run))[0]).toBeCloseTo(loss, 6);
      await run.dispose();
    }
  });

  it("under binary cross-entropy the outputs are logits of each pixel, and reconstructions and errors are of their probabilities", async () => {
    const of = config({ model: layersOf(["flatten"], ["dense", { units: 16 }]), loss: { kind: "binary_cross_entropy", arguments: {} }, training: { steps: 3 } }, { scaling: "unit" });
    const data = build(of);
    const run = await trainerFor(of, data);
    await runToEnd(run);
    const { outputs } = await run.predict(data.splits.train, "current");
    expect(outputs.every((p) => p > 0 && p < 1)).toBe(true);
    const mae = outputs.reduce((sum, y, i) => sum + Math.abs(y - bytes[i] / 255), 0) / outputs.length;
    expect((await run.evaluate("train", "current")).metrics.mae).toBeCloseTo(mae, 6);
    await run.dispose();
  });

  it("as many outputs as inputs are needed", async () => {
    const of = config({ model: layersOf(["flatten"], ["dense", { units: 8 }]) }, { scaling: "unit" });
    await expect(trainerFor(of, build(of))).rejects.toThrow(/8 outputs and each target has 16 values/);
  });
});
