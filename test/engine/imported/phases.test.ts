import { describe, expect, it } from "vitest";
import { probeBlockSize } from "../../../src/engine/lowering/probeBlockSize.js";
import type { TrainingConfig } from "../../../src/engine/training/config.js";
import { decodeState, encodeState } from "../../../src/engine/training/stateFile.js";
import { createTrainer } from "../../../src/engine/training/trainer.js";
import type { Trainer, TrainingState } from "../../../src/engine/training/types.js";
import { backend, layersOf, plain } from "../training/testRun.js";
import { figuresOf, importedConfig, importedData, modelOf } from "./importedRun.js";

const data = importedData(figuresOf("cnn-training"));

function create(config: TrainingConfig, resume: TrainingState | null = null): Promise<Trainer> {
  return createTrainer({ config, dataset: data, backend, provider: "cpu", tuning: { ...plain, chunkSteps: 3 }, fixedChunks: true, resume, log: () => {} });
}

/** Steps until `last`, or the end: losses and rates by step. */
async function stepUntil(trainer: Trainer, last: number, losses: number[] = [], rates: number[] = []): Promise<{ readonly losses: number[]; readonly rates: number[] }> {
  while (trainer.step < last) {
    const event = await trainer.next();
    if (event.kind === "end") break;
    if (event.kind !== "steps") continue;
    losses.push(...event.losses);
    rates.push(...event.learningRates);
  }
  return { losses, rates };
}

/** Dropout and batch statistics in the imported part, a head, and everything moving from the third epoch on. */
const everything = importedConfig(modelOf("cnn-dropout"), {
  imported: { replaceAfter: "/Flatten", freeze: ["conv1.*", "bn1.*"], training: true },
  model: layersOf(["dropout", { rate: 0.2 }], ["dense", { units: 3 }]),
  optimizer: { kind: "adam", arguments: { lr: 0.01 } },
  training: { batchSize: 5, epochs: 4, steps: null, polyak: 0.9, unfreeze: { afterEpochs: 2, lrFactor: 0.5 } },
});

describe("unfreezing", () => {
  it("moves frozen tensors from its epoch on, at smaller rates", async () => {
    const trainer = await create(everything);
    const start = trainer.state().tensors;
    const { rates } = await stepUntil(trainer, 6); // three steps an epoch
    const frozen = trainer.state().tensors;
    expect(frozen["conv1.weight"].data).toEqual(start["conv1.weight"].data);
    expect(frozen["bn1.running_mean"].data).toEqual(start["bn1.running_mean"].data);
    expect(frozen["block.0.weight"].data).not.toEqual(start["block.0.weight"].data);
    expect(frozen["block.1.running_mean"].data).not.toEqual(start["block.1.running_mean"].data);
    await stepUntil(trainer, 12, [], rates);
    const all = trainer.state().tensors;
    expect(all["conv1.weight"].data).not.toEqual(start["conv1.weight"].data);
    expect(all["bn1.running_mean"].data).not.toEqual(start["bn1.running_mean"].data);
    expect([...rates].map((rate) => Number(rate.toFixed(6)))).toEqual([...Array<number>(6).fill(0.01), ...Array<number>(6).fill(0.005)]);
    await trainer.dispose();
  });

  it("the optimizer begins anew then: the first step after it is Adam's first", async () => {
    const trainer = await create(everything);
    await stepUntil(trainer, 6);
    const before = trainer.state().tensors["conv1.weight"].data.slice();
    let moved: Float32Array | null = null;
    while (moved === null) {
      const event = await trainer.next();
      if (event.kind === "steps" && event.firstStep + event.losses.length - 1 >= 7) moved = trainer.state().tensors["conv1.weight"].data;
    }
    // no entry moves farther than the rate in each of Adam's first three steps (three steps a chunk here)
    const farthest = Math.max(...moved.map((value, i) => Math.abs(value - before[i])));
    expect(farthest).toBeGreaterThan(0.004);
    expect(farthest).toBeLessThan(3 * 0.005 * 1.001);
    await trainer.dispose();
  });
});

describe("a run of an imported model", () => {
  it("goes on to the bit after a stop, before, at and behind the step at which it unfreezes", async () => {
    const whole = await create(everything);
    const { losses: wanted } = await stepUntil(whole, 12);
    const last = whole.state().tensors;
    await whole.dispose();
    for (const stop of [3, 6, 9]) {
      const first = await create(everything);
      const { losses } = await stepUntil(first, stop);
      const state = decodeState(encodeState(first.state()));
      await first.dispose();
      const second = await create(everything, state);
      await stepUntil(second, 12, losses);
      expect(losses, `stopped after ${stop}`).toEqual(wanted);
      for (const [name, { data: values }] of Object.entries(last)) expect(second.state().tensors[name].data, `${name} after a stop at ${stop}`).toEqual(values);
      await second.dispose();
    }
  });

  it("trains in blocks as it does plainly, with frozen convolutions and without", async () => {
    const blocked = (await probeBlockSize(backend)) !== null;
    const config = importedConfig(modelOf("cnn-training"), { imported: { freeze: ["conv1.*", "bn1.*", "block.0.*"] }, training: { steps: 6, epochs: null, batchSize: 6, unfreeze: { afterEpochs: 1, lrFactor: 0.5 } } });
    const [wanted, found] = await Promise.all((["plain", "blocked"] as const).map(async (lowering) => {
      const trainer = await createTrainer({ config, dataset: data, backend, provider: "cpu", tuning: { ...plain, lowering: blocked ? lowering : "plain" }, resume: null, log: () => {} });
      const { losses } = await stepUntil(trainer, 6);
      await trainer.dispose();
      return losses;
    }));
    for (const [i, loss] of found.entries()) expect(loss).toBeCloseTo(wanted[i], 4);
  });

  it("dropout drops in training alone, and not where everything is frozen", async () => {
    const predictions = async (config: TrainingConfig): Promise<number> => {
      const trainer = await create(config);
      const { losses } = await stepUntil(trainer, 1);
      await trainer.dispose();
      return losses[0];
    };
    const still = { model: layersOf(["dense", { units: 3 }]), training: { steps: 1, epochs: null, batchSize: "full" as const } };
    const frozen = await predictions(importedConfig(modelOf("cnn-dropout"), { ...still, imported: { freeze: "all" } }));
    const inference = await predictions(importedConfig(modelOf("cnn-dropout"), { ...still, imported: { freeze: "all", training: false } }));
    const dropping = await predictions(importedConfig(modelOf("cnn-dropout"), { ...still, imported: { training: "auto" } }));
    expect(frozen).toBe(inference);
    expect(dropping).not.toBe(inference);
  });

  it("activations of its layers are what statistics and projections read", async () => {
    const trainer = await create(everything);
    expect(trainer.plan.layers.map(({ name }) => name)).toEqual(["conv1", "bn1", "block.0", "block.1", "Flatten", "dropout_0", "dense_1"]);
    const { width, data: values } = await trainer.activations("bn1", data.splits.train);
    expect(width).toBe(3 * 6 * 6);
    expect(Math.min(...values)).toBe(0); // its ReLU included
    const { width: flat } = await trainer.activations("Flatten", data.splits.train);
    expect(flat).toBe(36);
    const event = await trainer.next();
    if (event.kind !== "steps") throw new Error("no step");
    const { values: statistics } = event.statistics[0];
    expect(statistics["zero_fraction/bn1"]).toBeGreaterThan(0);
    expect(statistics["gradient_norm/block.0"]).toBeGreaterThan(0);
    expect(statistics).not.toHaveProperty("gradient_norm/conv1");
    await trainer.dispose();
  });
});
