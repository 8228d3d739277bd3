import { expect, it } from "vitest";
import { blobs, configOf, layersOf, lossesOf, runToEnd, trainerFor } from "../training/testRun.js";

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
