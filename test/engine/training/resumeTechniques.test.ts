import { expect, it } from "vitest";
import { decodeState, encodeState } from "../../../src/engine/training/stateFile.js";
import { blobs, configOf, layersOf, lossesOf, runToEnd, trainerFor } from "./testRun.js";

it("a run with everything that has a memory goes on to the bit: averages, plateaus, accumulation, noise, dropped weights, groups", async () => {
  const config = configOf({
    model: layersOf(["gaussian_noise", { std: 0.1 }], ["dense", { units: 12, activation: "relu", drop_connect: 0.2 }], ["batch_norm"], ["dropout", { rate: 0.2 }], ["dense", { units: 3 }]),
    optimizer: { kind: "nadam", arguments: { lr: 0.05, groups: [{ match: "*.bias", lr: 0.01, weight_decay: 0.1 }] } },
    schedule: { kind: "reduce_on_plateau", arguments: { patience: 0, min_delta: 0.05, factor: 0.5 } },
    regularization: { l1: 1e-4, l2: 1e-3, weightDecay: 0.01, maxNorm: 2, activityL1: 0, activityL2: 1e-4, includeBiases: true },
    training: { epochs: 10, batchSize: 5, accumulate: 3, polyak: 0.9, clip: { kind: "norm", limit: 1 } },
  });
  const whole = await trainerFor(config, blobs());
  const expected = lossesOf(await runToEnd(whole));
  const first = await trainerFor(config, blobs());
  const begun = lossesOf(await runToEnd(first, 17));
  const resumed = await trainerFor(config, blobs(), { resume: decodeState(encodeState(first.state())) });
  const rest = lossesOf(await runToEnd(resumed));
  expect([...begun, ...rest]).toEqual(expected);
  expect(resumed.state().tensors).toEqual(whole.state().tensors);
  for (const trainer of [whole, first, resumed]) await trainer.dispose();
});
