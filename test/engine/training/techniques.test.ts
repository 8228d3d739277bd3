/** What techniques do in a run, where a formula or a count says it: figures worked out apart from the engine. */
import { describe, expect, it } from "vitest";
import type { TensorValues } from "../../../src/engine/training/parameters.js";
import type { TrainingConfig, TrainingSection } from "../../../src/engine/training/config.js";
import { blobs, configOf, datasetOf, layersOf, lossesOf, noise, runToEnd, trainerFor } from "./testRun.js";

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;

describe("the test split", () => {
  it("is not read by training, early stopping or the choice of the best weights", async () => {
    const dataset = blobs();
    const other = structuredClone(dataset);
    for (const row of other.splits.test) {
      (other.inputs.data as Float32Array).set([100, -100], 2 * row);
      (other.targets.data as BigInt64Array)[row] = 0n;
    }
    const config = configOf({ training: { epochs: 8, earlyStopping: { metric: "validation/loss", patience: 2, minDelta: 0.01, restoreBest: true } } });
    const run = async (of: typeof dataset) => {
      const trainer = await trainerFor(config, of);
      const events = await runToEnd(trainer);
      const { tensors } = trainer.state();
      const { best } = trainer;
      await trainer.dispose();
      return { events, tensors, best };
    };
    const [ours, theirs] = [await run(dataset), await run(other)];
    expect(theirs.tensors).toEqual(ours.tensors);
    expect(theirs.best).toEqual(ours.best);
    expect(lossesOf(theirs.events)).toEqual(lossesOf(ours.events));
    const figures = ({ events }: typeof ours, split: string): unknown[] => events.filter((e) => e.kind === "evaluation" && e.split === split).map((e) => (e as { metrics: unknown }).metrics);
    expect(figures(theirs, "validation")).toEqual(figures(ours, "validation"));
    expect(figures(ours, "test")).toHaveLength(1);
    expect(figures(theirs, "test")).not.toEqual(figures(ours, "test"));
  });
});

describe("dropout", () => {
  it("scales what is left by 1 / (1 - p): mse grows by p / (1 - p) sum x^2 w^2 on average, and inference drops nothing", async () => {
    const examples = 40;
    const inputs = Float32Array.from(noise(3, 5 * examples), (u) => 2 * u - 1);
    const dataset = datasetOf({ type: "float32", dims: [examples, 5], data: inputs }, { type: "float32", dims: [examples, 1], data: new Float32Array(examples) }, { task: "regression" });
    const model = layersOf(["dropout", { rate: 0.3 }], ["dense", { units: 1, bias: false }]);
    const trainer = await trainerFor(configOf({ model, optimizer: { kind: "sgd", arguments: { lr: 0 } }, training: { batchSize: "full", epochs: 1000 } }), dataset);
    const losses = lossesOf(await runToEnd(trainer));
    const weights = trainer.state().tensors["dense_1.weight"].data;
    const { metrics } = await trainer.evaluate("train", "current");
    await trainer.dispose();
    const rows = Array.from({ length: examples }, (_, n) => Array.from(weights, (w, i) => w * inputs[5 * n + i]));
    const whole = mean(rows.map((row) => row.reduce((a, b) => a + b) ** 2));
    const spread = mean(rows.map((row) => row.reduce((sum, v) => sum + v * v, 0)));
    expect(metrics.loss).toBeCloseTo(whole, 5);
    // a mask a value: the mean of 40,000 draws
    expect(mean(losses) / (whole + (0.3 / 0.7) * spread)).toBeCloseTo(1, 1);
    expect(Math.abs(mean(losses) - whole)).toBeGreaterThan(0.2 * spread);
  });
});

/** Weights before and after one step of SGD. */
async function oneStep(training: Partial<TrainingSection>, rest: Partial<TrainingConfig> = {}): Promise<readonly [TensorValues, TensorValues]> {
  const model = layersOf(["dense", { units: 6, activation: "relu", bias_init: { constant: 0.01 } }], ["dense", { units: 3 }]);
  const trainer = await trainerFor(configOf({ model, optimizer: { kind: "sgd", arguments: { lr: 0.1 } }, ...rest, training: { epochs: null, steps: 1, ...training } }), blobs());
  const before = structuredClone(trainer.state().tensors);
  await runToEnd(trainer, 1);
  const after = structuredClone(trainer.state().tensors);
  await trainer.dispose();
  const own = (tensors: typeof before): TensorValues => Object.fromEntries(Object.entries(tensors).filter(([name]) => /^dense_\d\.(weight|bias)$/.test(name)));
  return [own(before), own(after)];
}

function distance(before: TensorValues, after: TensorValues): number {
  let sum = 0;
  for (const [name, { data }] of Object.entries(before)) data.forEach((w, i) => (sum += (w - after[name].data[i]) ** 2));
  return Math.sqrt(sum);
}

describe("clipping", () => {
  it.each([0.01, 5])("scale_to_norm: %d makes SGD's step lr times as long, whatever the gradient", async (limit) => {
    const [before, after] = await oneStep({ clip: { kind: "scale_to_norm", limit } });
    expect(distance(before, after) / (0.1 * limit)).toBeCloseTo(1, 4);
  });
});

describe("initialisation", () => {
  it("bias_init gives ReLU units a small positive bias", async () => {
    const [before] = await oneStep({});
    expect(new Set(before["dense_0.bias"].data)).toEqual(new Set([Math.fround(0.01)]));
    expect(new Set(before["dense_1.bias"].data)).toEqual(new Set([0]));
  });
});
