import { describe, expect, it } from "vitest";
import type { EvaluationDone } from "../../../src/engine/training/types.js";
import { blobs, configOf, layersOf, runToEnd, trainerFor } from "./testRun.js";

const model = layersOf(["dense", { units: 6, activation: "tanh" }], ["dense", { units: 3 }]);
const config = (steps: number, polyak: number | null) =>
  configOf({ model, optimizer: { kind: "sgd", arguments: { lr: 0.2 } }, training: { epochs: null, steps, polyak, evaluate: { everyEpochs: null, everySteps: 5 } } });

async function weightsAfter(steps: number, polyak: number | null) {
  const trainer = await trainerFor(config(steps, polyak), blobs(), { fixedChunks: true });
  const events = await runToEnd(trainer);
  const { tensors } = trainer.state();
  const evaluation = events.findLast((event): event is EvaluationDone => event.kind === "evaluation" && event.split === "validation");
  await trainer.dispose();
  return { tensors, evaluation };
}

describe("Polyak averaging", () => {
  it("is w_test = 0.9 w_test + 0.1 w over the weights of every step, and leaves training alone", async () => {
    const { tensors } = await weightsAfter(4, 0.9);
    const trainer = await trainerFor(config(1, null), blobs());
    let average = Float64Array.from(trainer.state().tensors["dense_0.weight"].data);
    await trainer.dispose();
    for (let step = 1; step <= 4; step++) {
      const live = (await weightsAfter(step, null)).tensors["dense_0.weight"].data;
      average = average.map((old, i) => 0.9 * old + 0.1 * live[i]);
      if (step === 4) expect(tensors["dense_0.weight"].data).toEqual(live);
    }
    tensors["dense_0.weight/polyak_average"].data.forEach((w, i) => expect(w).toBeCloseTo(average[i], 6));
  });

  it("evaluates the average, beside the live weights", async () => {
    const averaged = (await weightsAfter(10, 0.9)).evaluation!.metrics;
    const plain = (await weightsAfter(10, null)).evaluation!.metrics;
    expect(averaged.live_loss).toBe(plain.loss);
    expect(averaged.loss).toBeGreaterThan(1.02 * plain.loss); // it lags behind
    expect(plain.live_loss).toBeUndefined();
  });
});
