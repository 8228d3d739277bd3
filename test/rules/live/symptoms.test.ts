/** What figures of a run's inside show, each beside a run that has the same figures and learns. */
import { describe, expect, it } from "vitest";
import { normals, type StreamedRun, watch } from "./streams.js";

const ln2 = Math.LN2;
const stuck = (noise = normals(3)) => (): number => ln2 + 0.01 * noise();
const learns = (t: number): number => 0.05 + 0.6 * Math.exp(-t / 100);
const sgd = (training: string): string => `loss: cross_entropy\noptimizer: { sgd: 0.1 }\ntraining: { ${training} }\n`;
const tanh = "[dense: { units: 16, activation: tanh }, dense: 2]";
const ids = async (run: StreamedRun): Promise<string[]> => (await watch(run)).map(({ rule }) => rule);

const cases: Record<string, { readonly faulty: StreamedRun; readonly healthy: StreamedRun; readonly at: string }> = {
  "vanishing-gradient": {
    faulty: { totalSteps: 600, model: tanh, loss: stuck(), statistics: () => ({ "gradient_norm/dense_1": 1e-6, "gradient_norm/dense_2": 0.1 }) },
    healthy: { totalSteps: 600, model: tanh, loss: learns, statistics: () => ({ "gradient_norm/dense_1": 1e-6, "gradient_norm/dense_2": 0.1 }) },
    at: "model[0].dense.activation",
  },
  "dead-units": {
    faulty: { totalSteps: 600, loss: stuck(), statistics: (t) => ({ "zero_fraction/dense_1": t < 100 ? 0.5 : 1 }) },
    healthy: { totalSteps: 600, loss: learns, statistics: () => ({ "zero_fraction/dense_1": 0.9 }) },
    at: "optimizer.adam.lr",
  },
  "saturated-units": {
    faulty: { totalSteps: 600, model: tanh, loss: stuck(), statistics: () => ({ "saturated_fraction/dense_1": 0.9 }) },
    healthy: { totalSteps: 600, model: tanh, loss: learns, statistics: (t) => ({ "saturated_fraction/dense_1": t / 600 }) },
    at: "model[0].dense",
  },
  "weights-unchanged": {
    faulty: { totalSteps: 600, loss: stuck(), updateRatio: () => 1e-9 },
    healthy: { totalSteps: 600, loss: learns, updateRatio: (t) => (t > 400 ? 1e-9 : 1e-3) },
    at: "optimizer.adam.lr",
  },
  "update-ratio": {
    faulty: { totalSteps: 600, loss: stuck(), updateRatio: () => 0.6 },
    healthy: { totalSteps: 600, loss: learns, updateRatio: () => 0.3 },
    at: "optimizer.adam.lr",
  },
  "uneven-activations": {
    faulty: { totalSteps: 600, model: "[dense: { units: 16, activation: tanh }, dense: { units: 16, activation: tanh }, dense: 2]", loss: learns, statistics: () => ({ "activation_std/dense_1": 0.5, "activation_std/dense_2": 1e-4 }) },
    healthy: { totalSteps: 600, model: "[dense: { units: 16, activation: tanh }, dense: { units: 16, activation: tanh }, dense: 2]", loss: learns, statistics: () => ({ "activation_std/dense_1": 0.5, "activation_std/dense_2": 0.1 }) },
    at: "model[1].dense",
  },
  "gradient-spikes": {
    faulty: { totalSteps: 3000, loss: (t) => (t % 500 < 40 && t > 480 ? 0.6 : 0.2), norm: (t) => (t % 500 === 0 ? 50 : 1) },
    healthy: { totalSteps: 3000, loss: learns, norm: (t) => (t % 500 === 0 ? 50 : 1) },
    at: "training.clip",
  },
  "always-clipped": {
    faulty: { totalSteps: 600, more: sgd("clip: { norm: 0.1 }"), loss: learns, norm: () => 2 },
    healthy: { totalSteps: 600, more: sgd("clip: { norm: 1 }"), loss: learns, norm: (t) => (t % 100 === 0 ? 5 : 0.5) },
    at: "training.clip.norm",
  },
  "oscillating-loss": {
    faulty: { totalSteps: 2000, loss: () => 0.5, evaluateEvery: 100, evaluate: (t) => ({ loss: (t / 100) % 2 < 1 ? 0.2 : 0.9 }) },
    healthy: { totalSteps: 2000, loss: () => 0.5, evaluateEvery: 100, evaluate: (t) => ({ loss: (t / 100) % 2 < 1 ? 0.5 : 0.55 }) },
    at: "optimizer.adam.lr",
  },
  "negative-loss": {
    faulty: { totalSteps: 600, loss: (t) => 0.7 - t / 100 },
    healthy: { totalSteps: 600, loss: learns },
    at: "loss",
  },
  "non-finite-layer": {
    faulty: { totalSteps: 200, loss: learns, statistics: (t) => (t > 100 ? { "gradient_norm/dense_1": Infinity } : { "gradient_norm/dense_1": 1 }) },
    healthy: { totalSteps: 200, loss: learns, statistics: () => ({ "gradient_norm/dense_1": 1 }) },
    at: "optimizer.adam.lr",
  },
  "batch-too-noisy": {
    faulty: { totalSteps: 2000, more: "loss: cross_entropy\ntraining: { batch_size: 1 }\n", loss: (t) => (t % 4 === 0 ? 1.4 : 0.01) },
    healthy: { totalSteps: 2000, more: "loss: cross_entropy\ntraining: { batch_size: 1 }\n", loss: (t) => (t % 4 === 0 ? 0.4 : 0.01) },
    at: "training.batch_size",
  },
  "underfitting": {
    faulty: { totalSteps: 2000, model: "[dense: { units: 2, activation: relu }, dense: 2]", loss: () => 0.6 },
    healthy: { totalSteps: 2000, loss: () => 0.6 },
    at: "model[0].dense.units",
  },
  "no-gap-between-curves": {
    faulty: { totalSteps: 2000, model: "[dense: { units: 16, activation: relu }, dropout: 0.5, dense: 2]", data: "{ train: { generate: two_moons, examples: 2000 } }", loss: () => 0.4, evaluateEvery: 100, evaluate: () => ({ loss: 0.4 }) },
    healthy: { totalSteps: 2000, model: "[dense: { units: 16, activation: relu }, dropout: 0.5, dense: 2]", data: "{ train: { generate: two_moons, examples: 2000 } }", loss: learns, evaluateEvery: 100, evaluate: () => ({ loss: 0.06 }) },
    at: "model[1].dropout",
  },
  "schedule-not-reached": {
    faulty: { totalSteps: 5000, stopsAt: 1000, more: "loss: cross_entropy\nschedule: cosine\ntraining: { early_stopping: { patience: 3 } }\n", loss: learns },
    healthy: { totalSteps: 1000, more: "loss: cross_entropy\nschedule: cosine\ntraining: { early_stopping: { patience: 3 } }\n", loss: learns },
    at: "training.epochs",
  },
  "too-good-to-be-true": {
    faulty: { totalSteps: 2000, loss: (t) => 0.3 + 0.3 * Math.exp(-t / 500), evaluateEvery: 100, evaluate: () => ({ loss: 0.05, accuracy: 1, trainAccuracy: 0.8 }) },
    healthy: { totalSteps: 2000, loss: learns, evaluateEvery: 100, evaluate: () => ({ loss: 0.05, accuracy: 0.99, trainAccuracy: 0.97 }) },
    at: "data.split",
  },
  "class-never-predicted": {
    faulty: { totalSteps: 2000, data: "{ train: { generate: blobs } }", model: "[dense: { units: 16, activation: relu }, dense: 3]", loss: learns, evaluateEvery: 100, evaluate: () => ({ loss: 0.3, accuracy: 0.7, trainAccuracy: 0.7, confusion: [40, 0, 0, 0, 40, 0, 7, 6, 0] }) },
    healthy: { totalSteps: 2000, data: "{ train: { generate: blobs } }", model: "[dense: { units: 16, activation: relu }, dense: 3]", loss: learns, evaluateEvery: 100, evaluate: (t) => ({ loss: 0.3, accuracy: 0.9, trainAccuracy: 0.9, confusion: t < 1000 ? [30, 0, 0, 0, 30, 0, 15, 15, 0] : [30, 0, 0, 0, 30, 0, 1, 1, 28] }) },
    at: "data.sampling",
  },
};

it("smoothed labels keep the loss high: that is no sign that nothing is learned", async () => {
  const smoothed = (smoothing: number): string => `loss: { cross_entropy: { label_smoothing: ${smoothing} } }\n`;
  expect(await ids({ totalSteps: 2000, more: smoothed(0.9), loss: () => 0.69 })).toEqual([]);
  expect(await ids({ totalSteps: 2000, more: smoothed(0.1), loss: () => 0.69 })).toEqual(["loss-not-decreasing"]);
});

it("a class that is as frequent as the others and never predicted is no matter of sampling", async () => {
  const found = await watch({ ...cases["class-never-predicted"].faulty, evaluate: () => ({ loss: 0.3, accuracy: 0.7, trainAccuracy: 0.7, confusion: [30, 0, 0, 0, 30, 0, 15, 15, 0] }) });
  expect(found.filter(({ rule }) => rule === "class-never-predicted")).toMatchObject([{ path: "model", category: "architecture" }]);
});

it("a model that does not learn under strong dropout is restrained, not short of data", async () => {
  const run = { totalSteps: 2000, loss: () => 0.69, updateRatio: () => 1e-3 };
  const [free] = await watch(run);
  const [held] = await watch({ ...run, model: "[dense: { units: 16, activation: relu }, dropout: 0.7, dense: { units: 16, activation: relu }, dropout: 0.7, dense: 2]" });
  expect(free).toMatchObject({ rule: "loss-not-decreasing", category: "data" });
  expect(held).toMatchObject({ rule: "loss-not-decreasing", category: "regularization", path: "model[1].dropout" });
});

describe.each(Object.entries(cases))("%s", (id, { faulty, healthy, at }) => {
  it("is told once, at its place", async () => {
    const found = (await watch(faulty)).filter(({ rule, state }) => rule === id && state === "open");
    expect(found).toMatchObject([{ rule: id, path: at }]);
  });

  it("not of a run that learns", async () => expect(await ids(healthy)).toEqual([]));
});
