import { describe, expect, it } from "vitest";
import { watch, type StreamedRun } from "./streams.js";

const ln2 = Math.LN2;
/** Two moons: the five nearest examples answer all but always right. */
const run = (accuracy: number, more: Partial<StreamedRun> = {}): StreamedRun => ({
  totalSteps: 1000, evaluateEvery: 100, loss: () => 0.5 * ln2, evaluate: () => ({ loss: 0.5 * ln2, accuracy, trainAccuracy: accuracy }), ...more,
});
const told = async (stream: StreamedRun) => (await watch(stream)).filter(({ rule }) => rule === "worse-than-neighbours");

describe("worse-than-neighbours", () => {
  it("names the missing hidden layer, the missing activation, the few units", async () => {
    expect(await told(run(0.85, { model: "[dense: 2]" }))).toMatchObject([{ path: "model", category: "architecture", severity: "warning" }]);
    expect(await told(run(0.85, { model: "[dense: 16, dense: 2]" }))).toMatchObject([{ path: "model[0].dense.activation", category: "activation" }]);
    expect(await told(run(0.8, { model: "[dense: { units: 2, activation: relu }, dense: 2]" }))).toMatchObject([{ path: "model[0].dense.units", category: "architecture", evidence: { otherwise: "learning_rate", otherwise_at: "optimizer.adam.lr" } }]);
  });

  it("names the rate where it is low and the loss still falls, else the epochs", async () => {
    const falling = { loss: (step: number) => ln2 * (1 - 0.4 * (step / 1000)) };
    expect(await told(run(0.8, { ...falling, more: "loss: cross_entropy\noptimizer: { adam: { lr: 2e-4 } }\n" }))).toMatchObject([{ path: "optimizer.adam.lr", category: "learning_rate" }]);
    expect(await told(run(0.8, falling))).toMatchObject([{ path: "training.epochs", category: "epochs" }]);
  });

  it("is silent where the model does nearly as well, or has learned its examples", async () => {
    expect(await told(run(0.93))).toEqual([]);
    expect(await told(run(0.8, { loss: (step) => ln2 * Math.exp(-step / 100) }))).toEqual([]);
    expect(await told(run(0.8, { evaluate: () => ({ loss: 0.5, accuracy: 0.8, trainAccuracy: 0.97 }) }))).toEqual([]);
  });
});
