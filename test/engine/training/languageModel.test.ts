import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { buildTextDataset } from "../../../src/engine/data/text/buildTextDataset.js";
import type { Dataset } from "../../../src/engine/data/types.js";
import type { TrainingConfig } from "../../../src/engine/training/config.js";
import { decodeState, encodeState } from "../../../src/engine/training/stateFile.js";
import { configOf, datasetOf, layersOf, lossesOf, runToEnd, trainerFor } from "./testRun.js";

/** Made by PyTorch and scikit-learn: see languageModel.py beside it. */
const fixture = JSON.parse(readFileSync(path.join(import.meta.dirname, "../../fixtures/sequences/languageModel.json"), "utf8"));

function config(rest: Parameters<typeof configOf>[0] = {}): TrainingConfig {
  const plain = configOf({});
  return configOf({
    model: layersOf(["embedding", { dim: fixture.dim }], ["dense", { units: fixture.vocabulary.length }]),
    data: { ...plain.data, task: "language_model", text: { tokens: "characters", context: fixture.context, vocabulary: null } },
    optimizer: { kind: "sgd", arguments: { lr: 0.5, momentum: 0.9 } },
    metrics: ["perplexity", "accuracy", "top_k_accuracy"],
    decision: { threshold: 0.5, positive: null, topK: 3 },
    ...rest,
    training: { batchSize: "full", epochs: null, steps: 20, ...rest.training },
  });
}

function dataset(of = config()): Dataset {
  return buildTextDataset(of, { train: [{ file: "/t.txt", name: "t.txt", bytes: new TextEncoder().encode(fixture.text) }], validation: null, test: null });
}

/** A trainer that begins with the fixture's weights. */
async function trainer(of = config(), data = dataset(of)) {
  const fresh = await trainerFor(of, data);
  const state = fresh.state();
  await fresh.dispose();
  const put = (name: string, values: number[]) => void (state.tensors[name].data as Float32Array).set(values);
  put("embedding_0.weight", fixture.start.embedding);
  put("dense_1.weight", fixture.start.weight);
  return trainerFor(of, data, { resume: state });
}

describe("a language model", () => {
  it("trains as PyTorch's does: cross-entropy over every step of every window", async () => {
    const run = await trainer();
    const losses = lossesOf(await runToEnd(run));
    expect(losses).toHaveLength(20);
    losses.forEach((loss, i) => expect(Math.abs(loss / fixture.losses[i] - 1)).toBeLessThan(1e-5));
    await run.dispose();
  });

  it("has scikit-learn's loss, perplexity, accuracy and top-k accuracy", async () => {
    const run = await trainer();
    await runToEnd(run);
    const { metrics, confusion } = await run.evaluate("train", "current");
    expect(confusion).toBeNull();
    expect(Object.keys(metrics).sort()).toEqual(Object.keys(fixture.metrics).sort());
    for (const [name, value] of Object.entries(metrics)) expect(Math.abs(value / fixture.metrics[name] - 1), name).toBeLessThan(2e-5);
    await run.dispose();
  });

  it("says what follows a window: the last step's outputs, as evaluated", async () => {
    const run = await trainer();
    const { outputs, width, predicted, steps } = await run.predict(Int32Array.of(0, 3), "current");
    const whole = await run.activations("dense_1", Int32Array.of(0, 3));
    expect([width, steps, predicted.length]).toEqual([fixture.vocabulary.length, 1, 2]);
    for (const [row, example] of [[0, 0], [1, 1]]) {
      const last = whole.data.subarray((example + 1) * whole.width - width, (example + 1) * whole.width);
      expect(Array.from(outputs.subarray(row * width, (row + 1) * width))).toEqual(Array.from(last));
      expect(predicted[row]).toBe(last.indexOf(Math.max(...last)));
    }
    await run.dispose();
  });

  it("gives the same run in micro-batches, and after a stop", async () => {
    const of = config({ training: { batchSize: 3, steps: 12 } });
    const parts = config({ training: { batchSize: 1, accumulate: 3, steps: 12 } });
    const [whole, cut] = [await trainer(of), await trainer(parts)];
    const losses = lossesOf(await runToEnd(whole));
    lossesOf(await runToEnd(cut)).forEach((loss, i) => expect(loss).toBeCloseTo(losses[i], 5));
    const first = await trainerFor(of, dataset(of), { resume: (await trainer(of)).state(), tuning: { threads: 1, chunkSteps: 5, lowering: "plain" } });
    await runToEnd(first, 5);
    const rest = await trainerFor(of, dataset(of), { resume: decodeState(encodeState(first.state())) });
    expect(lossesOf(await runToEnd(rest))).toEqual(losses.slice(5));
    for (const run of [whole, cut, first, rest]) await run.dispose();
  });
});

describe("a class for every step of any sequence", () => {
  const steps = datasetOf(
    { type: "float32", dims: [3, 4, 2], data: Float32Array.from({ length: 24 }, (_, i) => Math.sin(i)) },
    { type: "int64", dims: [3, 4], data: BigInt64Array.from([0, 1, 1, 2, 2, 2, 0, 1, 1, 0, 2, 1], BigInt) },
    { task: "classification", classes: ["a", "b", "c"] },
  );

  it("is counted in the confusion matrix and in accuracy, step by step", async () => {
    const run = await trainerFor(configOf({ model: layersOf(["dense", { units: 3 }]), training: { epochs: 2, batchSize: 2 } }), steps);
    await runToEnd(run);
    const { metrics, confusion } = await run.evaluate("train", "current");
    expect(Array.from(confusion!).reduce((a, b) => a + b)).toBe(12);
    expect([0, 1, 2].map((k) => confusion!.slice(3 * k, 3 * k + 3).reduce((a, b) => a + b))).toEqual([3, 5, 4]);
    const { predicted, outputs } = await run.predict(Int32Array.of(0, 1, 2), "current");
    const right = Array.from(predicted).filter((k, i) => k === Number(steps.targets.data[i])).length;
    expect(metrics.accuracy).toBeCloseTo(right / 12, 12);
    const logSoftmax = (row: number, k: number) => outputs[3 * row + k] - Math.log([0, 1, 2].reduce((sum, j) => sum + Math.exp(outputs[3 * row + j]), 0));
    const loss = Array.from({ length: 12 }, (_, i) => -logSoftmax(i, Number(steps.targets.data[i]))).reduce((a, b) => a + b) / 12;
    expect(metrics.loss).toBeCloseTo(loss, 5);
    await run.dispose();
  });

  it("needs outputs for every step: flatten before them is told", async () => {
    await expect(trainerFor(configOf({ model: layersOf(["flatten"], ["dense", { units: 3 }]) }), steps)).rejects.toThrow(/\[3\], the loss compares with \[4, 3\]/);
  });
});
