/** Seeded random files, stopped or killed at random steps and resumed: the run must be the one that was never stopped, to the bit. */
import { describe, expect, it } from "vitest";
import type { Dataset } from "../../../src/engine/data/types.js";
import type { Chosen } from "../../../src/engine/defineKind.js";
import { RandomStream } from "../../../src/engine/random/stream.js";
import type { LayerConfig, TrainingConfig } from "../../../src/engine/training/config.js";
import { decodeState, encodeState } from "../../../src/engine/training/stateFile.js";
import type { TrainerEvent, TrainingState } from "../../../src/engine/training/types.js";
import { configOf, datasetOf, layersOf, noise, runToEnd, trainerFor } from "./testRun.js";

/** 47 small images of three unequal classes, 33 of them to train on: no batch size of the files divides that. */
function images(): Dataset {
  const count = 47;
  const label = (i: number): number => (i % 7 === 0 ? 2 : i % 2);
  const u = noise(31, count * 50);
  const data = Float32Array.from(u, (value, i) => value + (Math.floor((i % 25) / 9) === label(Math.floor(i / 50)) ? 0.7 : 0));
  const all = Array.from({ length: count }, (_, i) => i);
  return datasetOf({ type: "float32", dims: [count, 2, 5, 5], data }, { type: "int64", dims: [count], data: BigInt64Array.from(all, (i) => BigInt(label(i))) }, {
    task: "classification", classes: ["a", "b", "c"], inputKind: "image",
    splits: { train: Int32Array.from(all.filter((i) => i < 33)), validation: Int32Array.from(all.filter((i) => i >= 33 && i < 42)), test: Int32Array.from(all.filter((i) => i >= 42)) },
  });
}

const optimizers = ["sgd", "adagrad", "rmsprop", "adadelta", "adam", "adamw", "adamax", "nadam", "yogi", "lion", "lamb", "muon"];

/** A file drawn from everything that has a memory or a random number in it. */
function drawnFile(seed: number): TrainingConfig {
  const random = new RandomStream(seed, "property");
  const chance = (p: number): boolean => random.uniform() < p;
  const one = <T>(values: readonly T[]): T => values[random.below(values.length)];
  const kind = (name: string, args: Record<string, unknown> = {}): Chosen => ({ kind: name, arguments: args });

  const layers: [string, Record<string, unknown>?][] = [];
  if (chance(0.4)) layers.push(["gaussian_noise", { std: 0.1 }]);
  if (chance(0.5)) layers.push(["conv2d", { filters: 3, kernel: 3, padding: "same", activation: "relu" }]);
  if (chance(0.4)) layers.push(["batch_norm"]);
  layers.push(["flatten"], ["dense", { units: 6, activation: one(["relu", "tanh"]), ...(chance(0.3) ? { drop_connect: 0.2 } : {}), ...(chance(0.2) ? { max_norm: 1 } : {}) }]);
  if (chance(0.5)) layers.push(["dropout", { rate: 0.3 }]);
  if (chance(0.3)) layers.push(["batch_norm"]);
  if (chance(0.3)) layers.push(["reshape", { shape: [2, 3] }], [one(["lstm", "gru"]), { units: 4 }]);
  layers.push(["dense", { units: 3 }]);
  const model: LayerConfig[] = layersOf(...layers);

  const augment = [kind("flip_horizontal"), kind("crop", { padding: 1 }), kind("rotate", { degrees: 20 }), kind("cutout", { size: 2 }), kind("noise", { std: 0.05 }), kind("mixup", { alpha: 0.5 })].filter(() => chance(0.3));
  const optimizer = one(optimizers);
  const freezes = chance(0.25);
  const groups = freezes ? { groups: [{ match: "*.weight", freeze: true }] } : chance(0.3) ? { groups: [{ match: "*.bias", lr: 0.02, ...(chance(0.5) ? { weight_decay: 0.1 } : {}) }] } : {};
  const steps = chance(0.5);
  const base = configOf({
    seed: 1000 + seed,
    model,
    optimizer: kind(optimizer, { lr: one([0.005, 0.02]), ...groups, ...(optimizer === "sgd" ? { momentum: 0.9, nesterov: chance(0.5) } : {}) }),
    schedule: kind(...one<[string, Record<string, unknown>]>([
      ["constant", { warmup_steps: 7 }], ["step", { every_epochs: 2 }], ["exponential", { factor: 0.9 }], ["inverse_time", { decay: 0.01 }], ["polynomial", { power: 2 }], ["cosine", { warmup_steps: 5 }],
      ["cyclical", { min: 0.001, max: 0.02, period_steps: 7 }], ["one_cycle", { max: 0.02 }], ["reduce_on_plateau", { patience: 0, min_delta: 0.05, factor: 0.5 }],
    ])),
    regularization: chance(0.3) ? { l1: 1e-4, l2: 1e-3, weightDecay: 0.01, maxNorm: null, activityL1: 0, activityL2: 1e-4, includeBiases: chance(0.5) } : null,
    diagnostics: { everySteps: one(["auto", 1, 4] as const), statistics: one(["layers", "none"] as const), projection: "none", rules: {} },
    training: {
      epochs: steps ? null : 5, steps: steps ? 23 : null,
      batchSize: one([4, 7, 10, "full"] as const), accumulate: one([1, 1, 3]), dropLast: chance(0.3),
      clip: one([null, { kind: "norm", limit: 1 }, { kind: "value", limit: 0.1 }, { kind: "scale_to_norm", limit: 0.5 }] as const),
      unfreeze: freezes && chance(0.7) ? { afterEpochs: one([1, 2]), lrFactor: 0.3 } : null,
      polyak: chance(0.4) ? 0.9 : null,
      earlyStopping: chance(0.4) ? { metric: one(["validation/loss", "validation/accuracy", "train/loss"]), patience: 3, minDelta: 0.02, restoreBest: chance(0.5) } : null,
      checkpoint: { everyEpochs: one(["auto", 1, 2] as const), keep: 3, best: one(["validation/loss", "validation/accuracy"]) },
      evaluate: chance(0.5) ? { everyEpochs: null, everySteps: one([1, 3, 5]) } : { everyEpochs: 1, everySteps: null },
    },
  });
  return { ...base, data: { ...base.data, augment, sampling: one(["shuffle", "shuffle", "sequential", "weighted"] as const) } };
}

/** What a run tells, step by step, however it is cut into chunks. */
function told(events: readonly TrainerEvent[]): unknown[] {
  return events.flatMap((event): unknown[] => {
    if (event.kind === "checkpoint") return [];
    if (event.kind !== "steps") return [{ ...event, confusion: event.kind === "evaluation" && event.confusion ? [...event.confusion] : null }];
    const statistics = new Map(event.statistics.map(({ step, values }) => [step, values]));
    return Array.from(event.losses, (loss, k) => ({ step: event.firstStep + k, loss, rate: event.learningRates[k], penalised: event.lossesWithPenalty?.[k] ?? null, statistics: statistics.get(event.firstStep + k) ?? null }));
  });
}

const throughFile = (state: TrainingState): TrainingState => decodeState(encodeState(state));

async function follow(seed: number): Promise<void> {
  const config = drawnFile(seed);
  const random = new RandomStream(seed, "stops");
  const tuning = (chunkSteps: number) => ({ threads: 1, chunkSteps, lowering: "plain" });
  const whole = await trainerFor(config, images(), { tuning: tuning(6) });
  const expected = told(await runToEnd(whole));

  let trainer = await trainerFor(config, images(), { tuning: tuning(1 + random.below(7)) });
  const events: unknown[] = [];
  for (let stop = 0; stop < 3; stop++) {
    const until = trainer.step + 1 + random.below(9);
    let ended = false;
    // as a run is left: after any piece of work, evaluations and checkpoints included
    while (trainer.step < until && !ended) {
      const event = await trainer.next();
      events.push(...told([event]));
      ended = event.kind === "end";
    }
    if (ended) break;
    const state = throughFile(trainer.state());
    if (random.uniform() < 0.5) for (let lost = 0; lost < 2; lost++) await trainer.next().catch(() => null); // killed: what came after the checkpoint is lost
    await trainer.dispose();
    trainer = await trainerFor(config, images(), { tuning: tuning(1 + random.below(7)), resume: state });
  }
  if ((events.at(-1) as { kind?: string } | undefined)?.kind !== "end") events.push(...told(await runToEnd(trainer)));
  expect(events).toEqual(expected);
  expect(trainer.state().tensors).toEqual(whole.state().tensors);
  await whole.dispose();
  await trainer.dispose();
}

describe("a run that is stopped and resumed is the run that was not", () => {
  it.each(Array.from({ length: Number(process.env.RESUME_CASES ?? 10) }, (_, seed) => [seed + Number(process.env.RESUME_FIRST ?? 0)]))("drawn file %i", follow, 60_000);
});
