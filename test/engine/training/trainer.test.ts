import { describe, expect, it } from "vitest";
import { DescentError } from "../../../src/common/errors.js";
import type { TrainingConfig } from "../../../src/engine/training/config.js";
import { decodeState, encodeState } from "../../../src/engine/training/stateFile.js";
import type { ChunkDone, EvaluationDone, TrainerEvent, TrainingEnded } from "../../../src/engine/training/types.js";
import { backend, blobs, configOf, layersOf, lossesOf, plain, runToEnd, trainerFor } from "./testRun.js";

/** 54 examples in batches of 8: 7 steps an epoch, the last of 6. Everything that is random in a run is in it. */
const model = layersOf(["dense", { units: 16, activation: "relu" }], ["batch_norm"], ["dropout", { rate: 0.3 }], ["dense", { units: 3 }]);
const config = (overrides: Parameters<typeof configOf>[0] = {}): TrainingConfig => configOf({ model, ...overrides });

const evaluationsOf = (events: readonly TrainerEvent[]): EvaluationDone[] => events.filter((e) => e.kind === "evaluation");
const endOf = (events: readonly TrainerEvent[]): TrainingEnded => events.at(-1) as TrainingEnded;
const chunksOf = (events: readonly TrainerEvent[]): ChunkDone[] => events.filter((e) => e.kind === "steps");

async function run(overrides: Parameters<typeof configOf>[0] = {}, chunkSteps = 20): Promise<TrainerEvent[]> {
  const trainer = await trainerFor(config(overrides), blobs(), { tuning: { ...plain, chunkSteps } });
  const events = await runToEnd(trainer);
  await trainer.dispose();
  return events;
}

describe("a run", () => {
  it("learns, with smaller last batches, and reports steps, evaluations and the end in order", async () => {
    const events = await run({ training: { epochs: 30 } });
    const losses = lossesOf(events);
    expect(losses.length).toBe(210);
    expect(losses.slice(-20).reduce((a, b) => a + b) / 20).toBeLessThan(0.5 * losses[0]);
    let next = 1;
    for (const { firstStep, losses: own } of chunksOf(events)) {
      expect(firstStep).toBe(next);
      next += own.length;
    }
    const validations = evaluationsOf(events).filter(({ split }) => split === "validation");
    expect(validations.map(({ step }) => step)).toEqual(Array.from({ length: 30 }, (_, e) => 7 * (e + 1)));
    expect(validations.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 30 }, (_, e) => e + 1));
    expect(validations[0].confusion!.reduce((a, b) => a + b)).toBe(18);
    expect(validations.at(-1)!.trainMetrics.accuracy).toBeGreaterThan(0.8);
    const end = endOf(events);
    expect(end.status).toBe("completed");
    expect(Object.keys(end.metrics).sort()).toEqual(["test/accuracy", "test/loss", "train/accuracy", "train/loss", "validation/accuracy", "validation/loss"]);
    expect(end.metrics["validation/loss"]).toBe(validations.at(-1)!.metrics.loss);
    expect(end.metrics["train/loss"]).toBe(losses.at(-1));
    expect(evaluationsOf(events).filter(({ split }) => split === "test").length).toBe(1);
  });

  it("gives the same losses to the bit for the same seed, however it is cut into chunks, and others for another", async () => {
    const once = lossesOf(await run());
    for (const chunkSteps of [1, 3, 100]) expect(lossesOf(await run({}, chunkSteps))).toEqual(once);
    expect(lossesOf(await run({ seed: 1 }))).not.toEqual(once);
  });

  it.each([1, 5, 7, 10, 14, 20])("goes on to the bit after a resume at step %i", async (at) => {
    const options = { training: { epochs: 3, earlyStopping: { metric: "validation/loss", patience: 9, minDelta: 0, restoreBest: true } } };
    const whole = await run(options);
    const first = await trainerFor(config(options), blobs(), { tuning: { ...plain, chunkSteps: 1 } });
    const before = await runToEnd(first, at);
    const state = decodeState(encodeState(first.state()));
    await first.dispose();
    expect(state.step).toBe(at);
    const second = await trainerFor(config(options), blobs(), { resume: state });
    const after = await runToEnd(second);
    await second.dispose();
    expect([...lossesOf(before), ...lossesOf(after)]).toEqual(lossesOf(whole));
    expect([...evaluationsOf(before), ...evaluationsOf(after)]).toEqual(evaluationsOf(whole));
    expect(endOf(after).metrics).toEqual(endOf(whole).metrics);
  });

  it("takes only a checkpoint of its own model", async () => {
    const trainer = await trainerFor(config(), blobs());
    const other = config({ model: layersOf(["dense", { units: 3 }]) });
    await expect(trainerFor(other, blobs(), { resume: trainer.state() })).rejects.toMatchObject({ code: "checkpoint-mismatch" });
    await trainer.dispose();
  });

  it("stops early by patience and gives the best weights back", async () => {
    const options = { optimizer: { kind: "sgd", arguments: { lr: 3 } }, training: { epochs: 100, earlyStopping: { metric: "validation/loss", patience: 3, minDelta: 0, restoreBest: true } } };
    const trainer = await trainerFor(config(options), blobs());
    const events = await runToEnd(trainer);
    const validation = evaluationsOf(events).filter(({ split }) => split === "validation").map(({ metrics }) => metrics.loss);
    const best = validation.indexOf(Math.min(...validation));
    expect(endOf(events).status).toBe("early_stopped");
    expect(validation.length).toBe(best + 1 + 3);
    expect(trainer.best).toEqual({ step: 7 * (best + 1), metric: "validation/loss", value: validation[best] });
    expect(endOf(events).metrics["validation/loss"]).toBe(validation[best]);
    expect((await trainer.evaluate("validation", "current")).metrics.loss).toBe(validation[best]);
    await trainer.dispose();
  });

  it("ends as failed where the loss is not finite, or goes on where the file says so", async () => {
    const exploding = { model: layersOf(["dense", { units: 3 }]), loss: { kind: "mse" as const, arguments: {} }, optimizer: { kind: "sgd", arguments: { lr: 1e20 } } };
    const events = await run(exploding);
    const losses = lossesOf(events);
    expect(losses.slice(0, -1).every(Number.isFinite)).toBe(true);
    expect(Number.isFinite(losses.at(-1))).toBe(false);
    expect(endOf(events)).toMatchObject({ status: "failed", error: { code: "non-finite-loss", step: losses.length } });
    const going = await run({ ...exploding, training: { onNonFinite: "continue" } });
    expect(lossesOf(going).length).toBe(21);
    expect(endOf(going).status).toBe("completed");
  });

  it("stays where it is with a rate of 0", async () => {
    const trainer = await trainerFor(config({ model: layersOf(["dense", { units: 3 }]), optimizer: { kind: "adam", arguments: { lr: 0 } } }), blobs());
    const start = trainer.state().tensors["dense_0.weight"].data.slice();
    await runToEnd(trainer);
    expect(trainer.state().tensors["dense_0.weight"].data).toEqual(start);
    await trainer.dispose();
  });

  it("takes a new rate from the next chunk on, along the schedule", async () => {
    const trainer = await trainerFor(config({ schedule: { kind: "cosine", arguments: {} }, training: { epochs: 3 } }), blobs(), { tuning: { ...plain, chunkSteps: 4 } });
    const first = (await trainer.next()) as ChunkDone;
    trainer.setLearningRate(0.5);
    const second = (await trainer.next()) as ChunkDone;
    expect(second.learningRates[0]).toBeCloseTo(0.5, 6);
    const cosine = (step: number): number => (1 + Math.cos((Math.PI * step) / 20)) / 2;
    expect(first.learningRates[3]).toBeCloseTo(0.01 * cosine(3), 8);
    expect(second.learningRates[1]).toBeCloseTo((0.5 * cosine(5)) / cosine(4), 6);
    const resumed = await trainerFor(config({ schedule: { kind: "cosine", arguments: {} }, training: { epochs: 3 } }), blobs(), { resume: trainer.state() });
    expect(((await resumed.next()) as ChunkDone).learningRates[0]).toBeCloseTo((0.5 * cosine(6)) / cosine(4), 6);
    await trainer.dispose();
    await resumed.dispose();
  });

  it("evaluates by steps, on the training split where there is no other, and reports accuracy beside the statistics then", async () => {
    const bySteps = evaluationsOf(await run({ training: { epochs: null, steps: 25, evaluate: { everyEpochs: null, everySteps: 10 } } })).filter(({ split }) => split === "validation");
    expect(bySteps.map(({ step }) => step)).toEqual([10, 20, 25]);
    const data = blobs();
    const alone = { ...data, splits: { train: data.splits.train, validation: new Int32Array(0), test: new Int32Array(0) } };
    const trainer = await trainerFor(config({ diagnostics: { everySteps: 5, statistics: "layers", projection: "none", rules: {} } }), alone);
    const events = await runToEnd(trainer);
    await trainer.dispose();
    expect(evaluationsOf(events).map(({ split, step }) => [split, step])).toEqual([["train", 21]]);
    const statistics = chunksOf(events).flatMap((chunk) => chunk.statistics);
    expect(statistics.map(({ step }) => step)).toEqual([1, 6, 11, 16, 21]);
    for (const { values } of statistics) expect(values.accuracy).toBeGreaterThanOrEqual(0);
    expect(endOf(events).metrics["train/accuracy"]).toBeGreaterThan(0.4);
  });

  it("makes chunks over borders of epochs where nothing happens there", async () => {
    const full = { training: { epochs: 50, batchSize: "full" as const, evaluate: { everyEpochs: 25, everySteps: null } } };
    expect(chunksOf(await run(full)).map(({ losses }) => losses.length)).toEqual([20, 5, 20, 5]);
  });

  it("asks for checkpoints after the evaluation of the same step, and at the end", async () => {
    const kinds = (await run({ training: { epochs: 4, checkpoint: { everyEpochs: 2, keep: 3, best: "validation/loss" } } })).map((e) => (e.kind === "steps" ? "s" : e.kind === "evaluation" ? e.split[0] : e.kind[0]));
    expect(kinds.join("")).toBe("ssvssvcssvssvtce");
  });

  it("predicts, and an exported model gives what evaluation gave", async () => {
    const data = blobs();
    const scaled = { ...data, scaling: { kind: "standardize" as const, offset: [0.5, -1], divisor: [2, 0.25] } };
    const trainer = await trainerFor(config(), scaled);
    await runToEnd(trainer);
    const indices = data.splits.test;
    const predictions = await trainer.predict(indices, "current");
    const evaluation = await trainer.evaluate("test", "current");
    const labels = data.targets.data as BigInt64Array;
    const right = [...indices].filter((index, i) => Number(labels[index]) === predictions.predicted[i]).length;
    expect(right / indices.length).toBe(evaluation.metrics.accuracy);
    const rows = (scale: boolean): Float32Array => Float32Array.from([...indices].flatMap((i) => [0, 1].map((c) => {
      const x = (data.inputs.data as Float32Array)[2 * i + c];
      return scale ? x * scaled.scaling.divisor[c] + scaled.scaling.offset[c] : x;
    })));
    const session = async (model: Uint8Array, x: Float32Array): Promise<Record<string, { data: unknown }>> => {
      const opened = await backend.createSession(model, { provider: "cpu", threads: 1 });
      const results = await opened.run({ input: { type: "float32", dims: [indices.length, 2], data: x } });
      await opened.release();
      return results;
    };
    const logits = (await session(trainer.exportModel({ weights: "current", softmax: false, scaling: false }), rows(false))).output.data as Float32Array;
    logits.forEach((y, i) => expect(Math.abs(y - predictions.outputs[i])).toBeLessThan(1e-5));
    const probabilities = (await session(trainer.exportModel({ weights: "current", softmax: true, scaling: true }), rows(true))).probabilities.data as Float32Array;
    indices.forEach((_, i) => expect(Math.abs(probabilities[3 * i + predictions.predicted[i]] - predictions.confidence[i])).toBeLessThan(1e-5));
    let loss = 0;
    indices.forEach((index, i) => { loss -= Math.log(probabilities[3 * i + Number(labels[index])]) / indices.length; });
    expect(Math.abs(loss - evaluation.metrics.loss)).toBeLessThan(1e-5);
    await trainer.dispose();
  });

  it("gives a layer's activations in inference mode, and the scaled inputs", async () => {
    const trainer = await trainerFor(config(), blobs());
    const some = Int32Array.of(3, 0, 7);
    const all = blobs().inputs.data as Float32Array;
    expect((await trainer.activations("inputs", some)).data).toEqual(Float32Array.of(all[6], all[7], all[0], all[1], all[14], all[15]));
    const hidden = await trainer.activations("dense_0", some);
    expect([hidden.width, hidden.data.length]).toEqual([16, 48]);
    expect((await trainer.activations("dropout_2", some)).data).toEqual((await trainer.activations("batch_norm_1", some)).data);
    expect(() => trainer.activations("nowhere", some)).toThrow(/dense_0/);
    await trainer.dispose();
  });

  it.each([
    ["too few outputs", { model: layersOf(["dense", { units: 2 }]) }, "too-few-outputs", "model[0].dense"],
    ["an image at the end", { model: layersOf(["dense", { units: 4 }], ["conv2d", { filters: 2 }]) }, "shape-mismatch", "model[1].conv2d"],
    ["weights of no class", { loss: { kind: "cross_entropy" as const, arguments: { class_weights: { z: 2 } } } }, "unknown-class", "loss"],
  ])("is refused with its place: %s", async (_, overrides, code, path) => {
    const attempt = trainerFor(config(overrides), blobs());
    await expect(attempt).rejects.toMatchObject({ code, location: { path } });
    await expect(attempt).rejects.toBeInstanceOf(DescentError);
  });

  it.each([
    ["one unit for three classes", [["dense", { units: 1 }]], "mse"],
    ["softmax over one unit", [["dense", { units: 1, activation: "softmax" }]], "cross_entropy"],
    ["one logit for cross-entropy", [["dense", { units: 1 }]], "cross_entropy"],
    ["more units than classes", [["dense", { units: 5, activation: "softmax" }]], "cross_entropy"],
    ["one unit in binary cross-entropy of three classes", [["dense", { units: 1 }]], "binary_cross_entropy"],
  ] as const)("goes on where the arithmetic is defined: %s", async (_, layers, kind) => {
    const events = await run({ model: layersOf(...(layers as unknown as [string, Record<string, unknown>][])), loss: { kind, arguments: {} } });
    expect(lossesOf(events).every(Number.isFinite)).toBe(true);
    expect(endOf(events).status).toBe("completed");
  });
});
