import { describe, expect, it } from "vitest";
import type { FittedScaling } from "../../../src/engine/data/types.js";
import { decodeModel } from "../../../src/engine/onnx/decode.js";
import type { LayerConfig, TrainingConfig } from "../../../src/engine/training/config.js";
import { createTrainer } from "../../../src/engine/training/trainer.js";
import { runModel } from "../../helpers/backend.js";
import { figuresOf, importedConfig, importedData, modelOf } from "../imported/importedRun.js";
import { backend, configOf, datasetOf, layersOf, plain } from "./testRun.js";

/** Raw data whose scaled values the run trains on: x = raw / divisor - offset / divisor, per value of the last axis. */
function scaledData(shape: readonly number[], task: "classification" | "regression") {
  const count = 24;
  const width = shape.reduce((a, b) => a * b, 1);
  const columns = shape.at(-1)!;
  const scaling: FittedScaling = { kind: "standardize", offset: Array.from({ length: columns }, (_, i) => i - 1), divisor: Array.from({ length: columns }, (_, i) => 2 + i) };
  const raw = Float32Array.from({ length: count * width }, (_, i) => Math.sin(1.7 * i) * 4 + (i % 3));
  const data = raw.map((value, i) => (value - scaling.offset[i % columns]) / scaling.divisor[i % columns]);
  const inputs = { type: "float32" as const, dims: [count, ...shape], data };
  const targets = task === "classification"
    ? { type: "int64" as const, dims: [count], data: BigInt64Array.from({ length: count }, (_, i) => BigInt(i % 3)) }
    : { type: "float32" as const, dims: [count, 2], data: Float32Array.from({ length: 2 * count }, (_, i) => Math.cos(i)) };
  const targetScaling: FittedScaling = task === "classification" ? { kind: "none", offset: [0], divisor: [1] } : { kind: "standardize", offset: [10, -20], divisor: [3, 0.5] };
  return { raw, dataset: datasetOf(inputs, targets, { task, classes: task === "classification" ? ["cat", "dog", "fish"] : null, scaling, targetScaling, targetColumns: task === "classification" ? ["label"] : ["height", "weight"] }) };
}

const listed: readonly { readonly name: string; readonly shape: readonly number[]; readonly model: LayerConfig[] }[] = [
  { name: "dense layers", shape: [6], model: layersOf(["dense", { units: 8, activation: "relu" }], ["dense", { units: 3 }]) },
  { name: "convolution and batch normalisation", shape: [2, 6, 6], model: layersOf(["conv2d", { filters: 4, kernel: 3 }], ["batch_norm"], ["relu"], ["max_pool", { size: 2 }], ["dropout", { rate: 0.3 }], ["flatten"], ["dense", { units: 3 }]) },
  { name: "lstm", shape: [5, 3], model: layersOf(["lstm", { units: 6 }], ["dense", { units: 3 }]) },
  { name: "transformer", shape: [5, 4], model: layersOf(["positional_embedding"], ["transformer", { blocks: 1, heads: 2, ff: 8 }], ["flatten"], ["dense", { units: 3 }]) },
];

async function trained(config: TrainingConfig, dataset: Parameters<typeof createTrainer>[0]["dataset"]) {
  const trainer = await createTrainer({ config, dataset, backend, provider: "cpu", tuning: plain, resume: null, log: () => {} });
  for (let event = await trainer.next(); event.kind !== "end"; event = await trainer.next());
  return trainer;
}

function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expect(found.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) expect(Math.abs(found[i] - wanted[i]), `value ${i}`).toBeLessThan(1e-5 * Math.max(1, Math.abs(wanted[i])));
}

/** The exported model alone, on raw inputs, one example and then all. */
async function predictAlone(bytes: Uint8Array, dims: readonly number[], raw: Float32Array): Promise<Float32Array> {
  const [, ...shape] = dims;
  const width = shape.reduce((a, b) => a * b, 1);
  const [one] = Object.values(await runModel(bytes, { input: { type: "float32", dims: [1, ...shape], data: raw.slice(0, width) } }));
  const [all] = Object.values(await runModel(bytes, { input: { type: "float32", dims, data: raw } }));
  expectClose((all.data as Float32Array).subarray(0, one.data.length), one.data as Float32Array);
  return all.data as Float32Array;
}

describe("an exported model predicts in stock ONNX Runtime as training's evaluation does, on raw inputs", () => {
  for (const { name, shape, model } of listed) {
    it(`${name}: probabilities, with names of classes`, async () => {
      const { raw, dataset } = scaledData(shape, "classification");
      const trainer = await trained(configOf({ model }), dataset);
      const bytes = trainer.exportModel({ weights: "current", softmax: true, scaling: true });
      const { outputs } = await trainer.predict(dataset.splits.train, "current");
      const probabilities = Float32Array.from(outputs, (value, i) => {
        const row = outputs.subarray(i - (i % 3), i - (i % 3) + 3);
        return Math.exp(value) / row.reduce((sum, v) => sum + Math.exp(v), 0);
      });
      expectClose(await predictAlone(bytes, dataset.inputs.dims, raw), probabilities);
      expect(JSON.parse(decodeModel(bytes).metadata.get("descent.classes")!)).toEqual(["cat", "dog", "fish"]);
      await trainer.dispose();
    });
  }

  it("a regression with scaled targets: numbers in their own unit", async () => {
    const { raw, dataset } = scaledData([6], "regression");
    const trainer = await trained(configOf({ model: layersOf(["dense", { units: 8, activation: "tanh" }], ["dense", { units: 2 }]) }), dataset);
    const { outputs } = await trainer.predict(dataset.splits.train, "current");
    const bytes = trainer.exportModel({ weights: "current", softmax: true, scaling: true });
    expectClose(await predictAlone(bytes, dataset.inputs.dims, raw), outputs.map((value, i) => value * [3, 0.5][i % 2] + [10, -20][i % 2]));
    expect(JSON.parse(decodeModel(bytes).metadata.get("descent.targets")!)).toEqual(["height", "weight"]);
    await trainer.dispose();
  });

  for (const file of ["cnn-dropout", "sequence-dynamo", "mlp-float64"]) {
    it(`an imported model, ${file}, with a head`, async () => {
      const figures = figuresOf({ "cnn-dropout": "cnn-training", "sequence-dynamo": "sequence", "mlp-float64": "mlp" }[file]!);
      const dataset = importedData(figures);
      const trainer = await trained(importedConfig(modelOf(file), { imported: { training: true }, model: layersOf(["relu"], ["dense", { units: 3 }]), training: { steps: 5 } }), dataset);
      const { outputs } = await trainer.predict(dataset.splits.train, "current");
      const bytes = trainer.exportModel({ weights: "current", softmax: false, scaling: true });
      expectClose(await predictAlone(bytes, dataset.inputs.dims, Float32Array.from(figures.inputs)), outputs);
      await trainer.dispose();
      // and it can be imported in turn, to train on
      const again = await createTrainer({ config: importedConfig(decodeModel(bytes)), dataset, backend, provider: "cpu", tuning: plain, resume: null, log: () => {} });
      expect(again.plan.parameters).toBe(trainer.plan.parameters);
      expectClose((await again.predict(dataset.splits.train, "current")).outputs, outputs);
      await again.dispose();
    });
  }

  it("what is exported of listed layers can be imported, with the same weights to train", async () => {
    const { dataset } = scaledData([2, 6, 6], "classification");
    const trainer = await trained(configOf({ model: listed[1].model }), dataset);
    const bytes = trainer.exportModel({ weights: "current", softmax: false, scaling: false });
    const again = await createTrainer({ config: importedConfig(decodeModel(bytes)), dataset, backend, provider: "cpu", tuning: plain, resume: null, log: () => {} });
    expect(again.plan.parameters).toBe(trainer.plan.parameters);
    expectClose((await again.predict(dataset.splits.train, "current")).outputs, (await trainer.predict(dataset.splits.train, "current")).outputs);
    await trainer.dispose();
    await again.dispose();
  });
});
