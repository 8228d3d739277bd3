import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Dataset } from "../../../../src/engine/data/types.js";
import type { TrainingConfig } from "../../../../src/engine/training/config.js";
import { blobs, configOf, datasetOf, layersOf, noise, plain, trainerFor } from "../testRun.js";

interface Reference {
  readonly largest: number;
  readonly smallest: number;
  readonly steps: number;
  /** Largest eigenvalue as the optimizer's division leaves it. */
  readonly seen?: number;
}
const references = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, "../../../fixtures/training/curvature.json"), "utf8")) as Record<string, Reference>;

const [points, pictures] = [60, 24];
const inputs = Float32Array.from(noise(3, points * 4), (u) => u * 4 - 2);
const labelled = (data: Float32Array, dims: readonly number[], classes: number): Dataset =>
  datasetOf({ type: "float32", dims, data }, { type: "int64", dims: [dims[0]], data: BigInt64Array.from({ length: dims[0] }, (_, i) => BigInt(i % classes)) }, { task: "classification", classes: Array.from({ length: classes }, (_, i) => String(i)) });
const cloud = labelled(inputs, [points, 4], 3);
const images = labelled(Float32Array.from(noise(4, pictures * 36), (u) => u * 2 - 1), [pictures, 1, 6, 6], 2);
const wave = datasetOf({ type: "float32", dims: [points, 4], data: inputs }, { type: "float32", dims: [points, 1], data: Float32Array.from({ length: points }, (_, i) => Math.sin(inputs[4 * i])) }, { task: "regression" });

const hidden = (activation: string, units = 8) => layersOf(["dense", { units, activation }], ["dense", { units: 3 }]);
const cases: Record<string, { readonly dataset: Dataset; readonly config: Partial<Omit<TrainingConfig, "training">> }> = {
  tanh: { dataset: cloud, config: { model: hidden("tanh") } },
  relu: { dataset: cloud, config: { model: hidden("relu") } },
  penalty: { dataset: cloud, config: { model: hidden("tanh"), regularization: { l1: 0, l2: 0.05, weightDecay: 0, maxNorm: null, activityL1: 0, activityL2: 0, includeBiases: false } } },
  descent: { dataset: cloud, config: { model: hidden("tanh"), optimizer: { kind: "sgd", arguments: { lr: 0.1, momentum: 0.9 } } } },
  adam: { dataset: cloud, config: { model: hidden("tanh"), optimizer: { kind: "adam", arguments: { lr: 0.02 } } } },
  rmsprop: { dataset: cloud, config: { model: hidden("tanh"), optimizer: { kind: "rmsprop", arguments: { lr: 0.01 } } } },
  adagrad: { dataset: cloud, config: { model: hidden("tanh"), optimizer: { kind: "adagrad", arguments: { lr: 0.1 } } } },
  regression: { dataset: wave, config: { model: layersOf(["dense", { units: 6, activation: "sigmoid" }], ["dense", { units: 1 }]), loss: { kind: "mse", arguments: {} } } },
  convolution: { dataset: images, config: { model: layersOf(["conv2d", { filters: 3, kernel: 3, activation: "tanh" }], ["max_pool", { size: 2 }], ["flatten"], ["dense", { units: 2 }]) } },
  batch_norm: { dataset: images, config: { model: layersOf(["conv2d", { filters: 3, kernel: 3 }], ["batch_norm"], ["tanh"], ["flatten"], ["dense", { units: 2 }]) } },
  wide: { dataset: cloud, config: { model: hidden("tanh", 300) } },
};
/** What the optimizer's own factor is: 2 (1 + rho), 2 (1 + b) / (1 - b), 2. */
const factors: Record<string, number> = { descent: 2 * 1.9, adam: (2 * 1.9) / 0.1, rmsprop: 2, adagrad: 2 };

/** Tensor i by the fixture's hash. */
async function startOf(config: TrainingConfig, dataset: Dataset): Promise<Record<string, { dims: readonly number[]; data: Float32Array }>> {
  const trainer = await trainerFor(config, dataset);
  const { tensors } = trainer.state();
  await trainer.dispose();
  const learned = Object.entries(tensors).filter(([name]) => /\.(weight|bias|gamma|beta)$/.test(name));
  return Object.fromEntries(learned.map(([name, { dims }], i) => {
    const u = Float64Array.from(noise(20 + i, dims.reduce((a, b) => a * b, 1)), (x) => 2 * x - 1);
    const fan = dims.length === 4 ? dims[1] * dims[2] * dims[3] : dims[0];
    return [name, { dims, data: Float32Array.from(u, (x) => (name.endsWith(".weight") ? x / Math.sqrt(fan) : 0.1 * x + (name.endsWith(".gamma") ? 1 : 0))) }];
  }));
}

describe("curvature", () => {
  for (const [name, reference] of Object.entries(references)) {
    it(`of ${name} is PyTorch's`, async () => {
      const { dataset, config: part } = cases[name];
      const config = configOf({ ...part, training: { epochs: null, steps: Math.max(reference.steps, 1), batchSize: "full" } });
      const trainer = await trainerFor(config, dataset, { start: await startOf(config, dataset), tuning: { ...plain, chunkSteps: 40 } });
      while (trainer.step < reference.steps) await trainer.next();
      const found = (await trainer.curvature({ examples: 1000, products: 100 }))!;
      await trainer.dispose();
      expect(found.converged).toBe(true);
      const size = Math.max(Math.abs(reference.largest), Math.abs(reference.smallest));
      expect(Math.abs(found.largest - reference.largest), `largest ${found.largest} for ${reference.largest}`).toBeLessThanOrEqual(2e-3 * size);
      expect(Math.abs(found.smallest - reference.smallest), `smallest ${found.smallest} for ${reference.smallest}`).toBeLessThanOrEqual(2e-3 * size);
      if (reference.steps === 0) return;
      const limit = factors[name] / (reference.seen ?? reference.largest);
      expect(Math.abs(found.stableRate! / limit - 1), `stable below ${found.stableRate} for ${limit}`).toBeLessThan(5e-3);
    });
  }

  it("is the same of blocks as of the whole, and of frozen layers leaves them out", async () => {
    const config = configOf({ model: hidden("tanh"), optimizer: { kind: "sgd", arguments: { lr: 0.1, groups: [{ match: "dense_0.*", freeze: true }] } }, training: { batchSize: 8 } });
    const trainer = await trainerFor(config, cloud);
    const whole = (await trainer.curvature({ examples: points, products: 60 }))!;
    const many = (await trainer.curvature({ examples: 55, products: 60 }))!;
    await trainer.dispose();
    expect(whole.examples).toBe(points);
    expect(many.examples).toBe(55);
    // the last layer alone is a convex problem
    expect(whole.smallest).toBeGreaterThan(-1e-5);
    expect(Math.abs(many.largest / whole.largest - 1)).toBeLessThan(0.2);
  });

  it("foretells where descent diverges: just below the stable rate a quadratic loss falls, just above it rises", async () => {
    const linear = (lr: number) => configOf({ model: layersOf(["dense", { units: 1 }]), loss: { kind: "mse", arguments: {} }, optimizer: { kind: "sgd", arguments: { lr } }, training: { epochs: 200, batchSize: "full" } });
    const trainer = await trainerFor(linear(0.01), wave);
    const { stableRate } = (await trainer.curvature({ examples: points, products: 60 }))!;
    await trainer.dispose();
    for (const [factor, falls] of [[0.97, true], [1.03, false]] as const) {
      const run = await trainerFor(linear(factor * stableRate!), wave, { tuning: { ...plain, chunkSteps: 200 } });
      const event = await run.next();
      await run.dispose();
      if (event.kind !== "steps") throw new Error("a chunk was due");
      expect(event.losses.at(-1)! < event.losses[0], `at ${factor} of the stable rate: ${event.losses[0]} to ${event.losses.at(-1)}`).toBe(falls);
    }
  });

  it("tells progress, and gives null when it is ended", async () => {
    const trainer = await trainerFor(configOf({ model: hidden("tanh") }), blobs());
    const signal = { aborted: false };
    const shown: number[] = [];
    expect(await trainer.curvature({ examples: 50, products: 60, signal, onProgress: (fraction) => { shown.push(fraction); signal.aborted = shown.length === 3; } })).toBeNull();
    await trainer.dispose();
    expect(shown).toEqual([1 / 60, 2 / 60, 3 / 60]);
  });

  it("has no stable rate where the optimizer's step has no bound", async () => {
    for (const kind of ["lion", "muon", "adam"]) {
      const trainer = await trainerFor(configOf({ model: hidden("tanh"), optimizer: { kind, arguments: { lr: 0.001 } } }), cloud);
      // adam's before its first step: nothing is divided by yet
      expect((await trainer.curvature({ examples: 60, products: 60 }))!.stableRate, kind).toBeNull();
      await trainer.dispose();
    }
  });
});
