import { expect, it } from "vitest";
import { blobs, configOf, datasetOf, layersOf, lossesOf, noise, runToEnd, trainerFor } from "../training/testRun.js";

it("gaussian_noise moves training's outputs anew each step and leaves inference alone", async () => {
  // rate 0: whatever changes from epoch to epoch is the noise
  const run = async (std: number) => {
    const model = layersOf(["gaussian_noise", { std }], ["dense", { units: 3 }]);
    const trainer = await trainerFor(configOf({ model, optimizer: { kind: "sgd", arguments: { lr: 0 } }, training: { batchSize: "full", epochs: 40 } }), blobs());
    const events = await runToEnd(trainer);
    const { metrics } = await trainer.evaluate("train", "current");
    await trainer.dispose();
    return { losses: lossesOf(events), evaluated: metrics.loss };
  };
  const [quiet, noisy] = [await run(0), await run(0.5)];
  expect(new Set(quiet.losses).size).toBe(1);
  expect(new Set(noisy.losses).size).toBe(40);
  expect(noisy.evaluated).toBeCloseTo(quiet.losses[0], 6);
  const mean = noisy.losses.reduce((a, b) => a + b) / 40;
  expect(mean).toBeGreaterThan(quiet.losses[0]); // cross-entropy is convex in the logits
});

it("drop_connect drops weights in training: mse grows by p / (1 - p) sum x^2 w^2 on average", async () => {
  const examples = 40;
  const inputs = Float32Array.from(noise(3, 5 * examples), (u) => 2 * u - 1);
  const dataset = datasetOf({ type: "float32", dims: [examples, 5], data: inputs }, { type: "float32", dims: [examples, 1], data: new Float32Array(examples) }, { task: "regression" });
  const model = layersOf(["dense", { units: 1, bias: false, drop_connect: 0.3 }]);
  const trainer = await trainerFor(configOf({ model, optimizer: { kind: "sgd", arguments: { lr: 0 } }, training: { batchSize: "full", epochs: 3000 } }), dataset);
  const losses = lossesOf(await runToEnd(trainer));
  const weights = trainer.state().tensors["dense_0.weight"].data;
  const { metrics } = await trainer.evaluate("train", "current");
  await trainer.dispose();
  const rows = Array.from({ length: examples }, (_, n) => Array.from(weights, (w, i) => w * inputs[5 * n + i]));
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;
  const whole = mean(rows.map((row) => row.reduce((a, b) => a + b) ** 2));
  const spread = mean(rows.map((row) => row.reduce((sum, v) => sum + v * v, 0)));
  expect(metrics.loss).toBeCloseTo(whole, 5);
  expect(mean(losses) / (whole + (0.3 / 0.7) * spread)).toBeCloseTo(1, 1);
  expect(Math.abs(mean(losses) - whole)).toBeGreaterThan(0.2 * spread);
});
