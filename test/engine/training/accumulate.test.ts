import { describe, expect, it } from "vitest";
import { blobs, configOf, layersOf, lossesOf, runToEnd, trainerFor } from "./testRun.js";

const model = layersOf(["dense", { units: 8, activation: "tanh", l2: 0.01 }], ["dense", { units: 3 }]);

async function run(training: Parameters<typeof configOf>[0]["training"], layers = model) {
  const trainer = await trainerFor(configOf({ model: layers, training }), blobs());
  const events = await runToEnd(trainer);
  const { tensors } = trainer.state();
  await trainer.dispose();
  return { losses: lossesOf(events), penalised: events.flatMap((e) => (e.kind === "steps" ? Array.from(e.lossesWithPenalty ?? []) : [])), weights: tensors["dense_0.weight"].data, tensors };
}

describe("accumulation over micro-batches", () => {
  // 54 examples: three steps of 16, and one of 6
  it.each([
    ["pieces of one size and a rest", { batchSize: 4, accumulate: 4 }, 16],
    ["pieces that do not divide the last batch", { batchSize: 5, accumulate: 3 }, 15],
    ["parts of a full batch", { batchSize: "full", accumulate: 4 }, "full"],
  ] as const)("gives the run of the large batch: %s", async (_, cut, whole) => {
    const [pieces, one] = [await run({ epochs: 4, ...cut }), await run({ epochs: 4, batchSize: whole })];
    expect(pieces.losses.length).toBe(one.losses.length);
    pieces.losses.forEach((loss, i) => expect(loss).toBeCloseTo(one.losses[i], 5));
    pieces.penalised.forEach((loss, i) => expect(loss).toBeCloseTo(one.penalised[i], 5));
    expect(pieces.penalised.length).toBe(one.losses.length);
    pieces.weights.forEach((w, i) => expect(w).toBeCloseTo(one.weights[i], 5));
  });

  it("moves batch_norm's statistics with every micro-batch and draws a mask for each", async () => {
    const layers = layersOf(["dense", { units: 8, activation: "relu" }], ["batch_norm"], ["dropout", { rate: 0.3 }], ["dense", { units: 3 }]);
    const still = { kind: "sgd", arguments: { lr: 0 } };
    const statistics = async (training: object) => {
      const trainer = await trainerFor({ ...configOf({ model: layers, training: { epochs: 1, ...training } }), optimizer: still }, blobs());
      await runToEnd(trainer);
      const { tensors } = trainer.state();
      await trainer.dispose();
      return tensors["batch_norm_1.running_mean"].data;
    };
    // at rate 0 micro-batches of 6 are the batches of 6
    expect(await statistics({ batchSize: 6, accumulate: 3 })).toEqual(await statistics({ batchSize: 6 }));
  });
});
