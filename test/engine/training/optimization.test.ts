/** Clipping, accumulation, averaging, schedules within a run and the optimizers' other constants against PyTorch for 100 steps: test/fixtures/training/optimization.py. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Dataset } from "../../../src/engine/data/types.js";
import type { TrainingSection } from "../../../src/engine/training/config.js";
import type { TrainingState } from "../../../src/engine/training/types.js";
import { configOf, datasetOf, layersOf, lossesOf, noise, runToEnd, trainerFor } from "./testRun.js";

interface Reference {
  readonly name: string;
  readonly optimizer: readonly [string, Record<string, unknown>];
  readonly schedule?: readonly [string, Record<string, unknown>];
  readonly clip?: TrainingSection["clip"];
  readonly batchSize?: number;
  readonly accumulate?: number;
  readonly polyak?: number;
  readonly l2?: number;
  readonly losses: readonly number[];
  readonly evaluation: number;
}

const references = JSON.parse(readFileSync(new URL("../../fixtures/training/optimization.json", import.meta.url), "utf8")) as readonly Reference[];

const count = 30;
const data: Dataset = datasetOf(
  { type: "float32", dims: [count, 5], data: Float32Array.from(noise(1, 5 * count), (u) => 4 * u - 2) },
  { type: "float32", dims: [count, 2], data: Float32Array.from(noise(2, 2 * count), (u) => 2 * u - 1) }, { task: "regression" },
);

/** The script's initial weights, and averages that begin as them. */
function withWeights(state: TrainingState): TrainingState {
  const tensors = { ...state.tensors };
  ([["dense_0.weight", 1.5 / Math.sqrt(5)], ["dense_0.bias", 0.1], ["dense_1.weight", 1.5 / Math.sqrt(8)], ["dense_1.bias", 0.1]] as const).forEach(([name, factor], i) => {
    const values = Float32Array.from(noise(100 + i, tensors[name].data.length), (u) => (2 * u - 1) * factor);
    for (const key of Object.keys(tensors)) if (key === name || key === `${name}/polyak_average`) tensors[key] = { dims: tensors[name].dims, data: values.slice() };
  });
  return { ...state, tensors };
}

describe("100 steps follow PyTorch's within 1e-5", () => {
  it.each(references.map((reference) => [reference.name, reference] as const))("%s", async (_, { optimizer, schedule, clip = null, batchSize = 8, accumulate = 1, polyak = null, l2, losses, evaluation }) => {
    const base = configOf({
      model: layersOf(["dense", { units: 8, activation: "tanh" }], ["dense", { units: 2 }]),
      loss: { kind: "mse", arguments: {} },
      optimizer: { kind: optimizer[0], arguments: optimizer[1] },
      schedule: schedule === undefined ? { kind: "constant", arguments: {} } : { kind: schedule[0], arguments: schedule[1] },
      regularization: l2 === undefined ? null : { l1: 0, l2, weightDecay: 0, maxNorm: null, activityL1: 0, activityL2: 0, includeBiases: false },
      training: { epochs: null, steps: 100, batchSize, accumulate, clip, polyak },
    });
    const config = { ...base, data: { ...base.data, sampling: "sequential" as const } };
    const fresh = await trainerFor(config, data);
    const trainer = await trainerFor(config, data, { resume: withWeights(fresh.state()) });
    const ours = lossesOf(await runToEnd(trainer));
    expect(ours.length).toBe(100);
    ours.forEach((loss, step) => expect(Math.abs(loss / losses[step] - 1), `step ${step + 1}`).toBeLessThan(1e-5));
    expect(Math.abs((await trainer.evaluate("train", "current")).metrics.loss / evaluation - 1)).toBeLessThan(1e-5);
    await fresh.dispose();
    await trainer.dispose();
  });
});
