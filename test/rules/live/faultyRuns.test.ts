import { describe, expect, it } from "vitest";
import { findingSchema } from "../../../src/protocol/finding.js";
import { normals, watch } from "./streams.js";

const ln2 = Math.LN2;
const noise = normals(7);
const short = (findings: Awaited<ReturnType<typeof watch>>) => findings.map(({ rule, state, path, category }) => `${state} ${rule} ${path} ${category}`);

describe("non-finite-loss", () => {
  it("names the step, and the rate after growth", async () => {
    const found = await watch({ totalSteps: 400, loss: (t) => (t < 157 ? ln2 * Math.exp(t / 40) : Number.NaN), chunk: 10 });
    expect(found.find(({ rule }) => rule === "non-finite-loss")).toMatchObject({ step: 157, severity: "error", path: "optimizer.adam.lr", category: "learning_rate", evidence: { loss: "NaN" } });
    expect(found.filter(({ rule }) => rule === "non-finite-loss")).toHaveLength(1);
    for (const finding of found) expect(() => findingSchema.parse(finding)).not.toThrow();
  });

  it("at the first step names the inputs, where they are large", async () => {
    const data = "{ train: { inputs: [[5e4, 1], [2e4, 3], [9e4, 5], [1e4, 2], [7e4, 4]], targets: [0, 1, 0, 1, 1] }, split: { validation: 0, test: 0 } }";
    expect(await watch({ data, totalSteps: 5, loss: () => Infinity })).toMatchObject([{ rule: "non-finite-loss", step: 1, path: "data.scaling", category: "preprocessing" }]);
  });
});

describe("loss-not-decreasing", () => {
  it("stuck at chance", async () => {
    const found = await watch({ totalSteps: 2000, loss: () => ln2 + 0.05 * noise() });
    expect(short(found)).toEqual(["open loss-not-decreasing optimizer.adam.lr learning_rate"]);
    expect(found[0].step).toBeGreaterThanOrEqual(400);
  });

  it("stuck at chance under heavy noise", async () => expect(short(await watch({ totalSteps: 4000, loss: () => Math.abs(ln2 + 0.5 * noise()) }))).toEqual(["open loss-not-decreasing optimizer.adam.lr learning_rate"]));

  it("falls from a bad start to chance and no further", async () => {
    expect(short(await watch({ totalSteps: 2000, loss: (t) => ln2 + 1.2 * Math.exp(-t / 20) + 0.03 * noise() }))).toEqual(["open loss-not-decreasing optimizer.adam.lr learning_rate"]);
  });

  it("jumps about above chance: the rate is too high", async () => {
    const [finding] = await watch({ totalSteps: 1000, loss: (t) => (t === 1 ? ln2 : 3 + Math.abs(2 * noise())) });
    expect(finding).toMatchObject({ rule: "loss-not-decreasing", path: "optimizer.adam.lr", message: expect.stringContaining("too long"), fixes: [{ title: "Set lr to 0.0001" }, { title: "Clip the gradient's norm at 1" }] });
  });

  it("tells a rate that is too low, and a gradient that does not arrive", async () => {
    expect((await watch({ totalSteps: 1000, loss: () => ln2, norm: () => 0.5, updateRatio: () => 1e-8 }))[0]).toMatchObject({ path: "optimizer.adam.lr", message: expect.stringContaining("stay as they were drawn"), fixes: [{ title: "Set lr to 0.1" }] });
    expect((await watch({ totalSteps: 1000, loss: () => ln2, norm: () => 1e-12 }))[0]).toMatchObject({ path: "model", category: "activation" });
  });

  it("diverges after a good start", async () => {
    const found = await watch({ totalSteps: 2000, loss: (t) => (t < 800 ? 0.1 + 0.6 * Math.exp(-t / 100) : 0.1 + (t - 800) / 500) });
    expect(short(found)[0]).toBe("open loss-not-decreasing optimizer.adam.lr learning_rate");
  });

  it("closes when learning sets in after all, and is not told at every step", async () => {
    const found = await watch({ totalSteps: 4000, loss: (t) => (t < 1500 ? ln2 : 0.1 + (ln2 - 0.1) * Math.exp(-(t - 1500) / 200)) + 0.02 * noise() });
    expect(short(found)).toEqual(["open loss-not-decreasing optimizer.adam.lr learning_rate", "closed loss-not-decreasing optimizer.adam.lr learning_rate"]);
  });

  it("a short run that ends where it began", async () => expect(short(await watch({ totalSteps: 60, loss: () => ln2 + 0.002 * noise() }))).toEqual(["open loss-not-decreasing optimizer.adam.lr learning_rate"]));
});

describe("too-few-steps", () => {
  it("names the epochs, the rate where it is low, the batch where an epoch has few steps", async () => {
    const falling = (t: number) => ln2 - t * 5e-4;
    expect(await watch({ totalSteps: 400, loss: falling })).toMatchObject([{ rule: "too-few-steps", path: "training.epochs", category: "epochs", fixes: [{ title: "Train for 50 epochs" }] }]);
    expect(await watch({ more: "loss: cross_entropy\noptimizer: { sgd: { lr: 1e-3 } }\n", totalSteps: 400, loss: falling })).toMatchObject([{ rule: "too-few-steps", path: "optimizer.sgd.lr", category: "learning_rate" }]);
    expect(await watch({ more: "loss: cross_entropy\ntraining: { epochs: 10, batch_size: full }\n", totalSteps: 10, evaluateEvery: 1, loss: (t) => ln2 - t * 1e-3 })).toMatchObject([{ rule: "too-few-steps", path: "training.batch_size", category: "batch_size" }]);
  });

  it("is silent where learning has levelled off above half of chance", async () => {
    expect(await watch({ totalSteps: 600, loss: (t) => 0.45 + 0.25 * Math.exp(-t / 80) - t * 2e-5 })).toEqual([]);
  });
});

describe("symptoms of one trouble", () => {
  it("warn once: what file and data explain is a hint at that place", async () => {
    const found = await watch({ model: "[dense: { units: 16, activation: relu }, dense: { units: 2, activation: softmax }]", totalSteps: 1000, loss: () => ln2 + 0.01 * noise() });
    expect(found).toMatchObject([{ rule: "loss-not-decreasing", severity: "info", path: "model[1].dense.activation" }]);
  });

  it("a hint of the file becomes the cause when the run shows trouble", async () => {
    const found = await watch({ more: "loss: cross_entropy\noptimizer: { adam: { lr: 0.1 } }\n", totalSteps: 1000, loss: () => ln2 + 0.01 * noise() });
    expect(found).toMatchObject([{ rule: "loss-not-decreasing", severity: "warning", path: "optimizer.adam.lr", message: expect.stringContaining("learning-rate-range") }]);
  });
});

describe("initial-loss", () => {
  it("far above chance: the initialiser that was written, else the inputs", async () => {
    const falling = (t: number) => 0.1 + 60 * Math.exp(-t / 20);
    expect(await watch({ model: "[dense: { units: 16, activation: relu, init: { normal: 5 } }, dense: 2]", totalSteps: 500, loss: falling })).toMatchObject([{ rule: "initial-loss", step: 1, state: "open", path: "model[0].dense.init" }, { rule: "initial-loss", state: "closed" }]);
    const data = "{ train: { inputs: [[500, 1], [200, 3], [900, 5], [100, 2], [700, 4]], targets: [0, 1, 0, 1, 1] }, split: { validation: 0, test: 0 } }";
    expect((await watch({ data, totalSteps: 500, loss: falling }))[0]).toMatchObject({ rule: "initial-loss", path: "data.scaling", category: "preprocessing" });
  });

  it("far below chance", async () => expect((await watch({ totalSteps: 500, loss: () => 0.01 }))[0]).toMatchObject({ rule: "initial-loss", path: "data", category: "data" }));
});

describe("causes that file and data show", () => {
  it("take the symptom to their place, with their fixes", async () => {
    const found = await watch({ more: "loss: cross_entropy\noptimizer: { sgd: { lr: 20 } }\n", totalSteps: 1000, loss: (t) => (t === 1 ? 9 : 3) });
    expect(found[0]).toMatchObject({ rule: "initial-loss", path: "model" }); // no rate has acted before the first step
    expect(found[1]).toMatchObject({ rule: "loss-not-decreasing", path: "optimizer.sgd.lr", message: expect.stringContaining("Likely cause: Learning rate out of range (learning-rate-range)."), fixes: [{ title: "Set lr to 0.01" }] });
  });
});

describe("a run that was once huge", () => {
  it("does not leave rounding errors in what is told of it", async () => {
    const found = await watch({ totalSteps: 1000, loss: (t) => (t < 20 ? 1e17 : 3) });
    for (const { evidence } of found) if (typeof evidence.best === "number") expect(evidence.best).toBeGreaterThan(0);
  });
});

describe("exploding-gradient", () => {
  it("norms that grow while the loss gets worse", async () => {
    const found = await watch({ totalSteps: 600, loss: (t) => (t < 300 ? 0.4 : 0.4 + (t - 300) / 20), norm: (t) => (t < 300 ? 1 : Math.exp((t - 300) / 20)) });
    expect(found.find(({ rule }) => rule === "exploding-gradient")).toMatchObject({ state: "open", path: "optimizer.adam.lr" });
  });
});

describe("overfitting", () => {
  it("validation gets worse while training goes on", async () => {
    const found = await watch({ totalSteps: 2000, loss: (t) => 0.7 * Math.exp(-t / 300), evaluateEvery: 100, evaluate: (t) => ({ loss: t < 600 ? 0.7 - t * 5e-4 : 0.4 + (t - 600) * 4e-4, accuracy: t < 600 ? 0.8 : 0.8 - (t - 600) * 4e-5, trainAccuracy: Math.min(1, 0.5 + t / 1500) }) });
    expect(found[0]).toMatchObject({ rule: "overfitting", problem: "generalisation", category: "regularization", path: "training.early_stopping", fixes: [{ edits: [{ path: "training.early_stopping" }] }] });
  });

  it("a wide gap of accuracies", async () => {
    const found = await watch({ totalSteps: 2000, loss: (t) => 0.7 * Math.exp(-t / 300), evaluateEvery: 100, evaluate: () => ({ loss: 0.65, accuracy: 0.6, trainAccuracy: 0.98 }) });
    expect(found[0]).toMatchObject({ rule: "overfitting", message: expect.stringContaining("by heart") });
  });

  it("of a regression", async () => {
    const found = await watch({ data: "{ train: { generate: sine } }", model: "[dense: { units: 16, activation: tanh }, dense: 1]", more: "loss: mse\n", totalSteps: 2000, loss: (t) => 0.5 * Math.exp(-t / 300), evaluateEvery: 100, evaluate: (t) => ({ loss: t < 600 ? 0.3 : 0.3 + (t - 600) * 4e-4 }) });
    expect(found[0]).toMatchObject({ rule: "overfitting" });
  });
});

describe("cost", () => {
  it("a million steps are watched in time that does not grow with the history", async () => {
    const start = process.cpuUsage();
    await watch({ totalSteps: 1_000_000, loss: (t) => 0.1 + 0.6 * Math.exp(-t / 60), chunk: 500, norm: () => 1 });
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1e6).toBeLessThan(20);
  });
});
