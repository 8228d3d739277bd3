import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Dataset } from "../../../src/engine/data/types.js";
import type { PretrainConfig, TrainingConfig } from "../../../src/engine/training/config.js";
import type { TensorValues } from "../../../src/engine/training/parameters.js";
import { createRun, type RunOptions } from "../../../src/engine/training/pretraining/createRun.js";
import { decodeState, encodeState } from "../../../src/engine/training/stateFile.js";
import type { Trainer } from "../../../src/engine/training/types.js";
import { runModel } from "../../helpers/backend.js";
import { backend, blobs, configOf, datasetOf, layersOf, lossesOf, plain, runToEnd } from "./testRun.js";

/** Made by PyTorch: see pretraining.py beside it. */
const fixture = JSON.parse(readFileSync(path.join(import.meta.dirname, "../../fixtures/sequences/pretraining.json"), "utf8"));

const greedy = (rest: Partial<PretrainConfig> = {}): PretrainConfig => ({ greedy: "supervised", epochs: 2, data: null, freezeEarlier: true, ...rest });
const values = (dims: readonly number[], data: readonly number[]) => ({ dims, data: Float32Array.from(data) });

function open(config: TrainingConfig, dataset: Dataset, rest: Partial<RunOptions> = {}): Promise<Trainer> {
  return createRun({ config, dataset, backend, provider: "cpu", tuning: plain, fixedChunks: true, resume: null, unlabelled: null, log: () => undefined, ...rest });
}

describe("against PyTorch", () => {
  const dataset = datasetOf(
    { type: "float32", dims: [30, 2], data: Float32Array.from(fixture.inputs) },
    { type: "int64", dims: [30], data: BigInt64Array.from(fixture.labels as number[], BigInt) },
    { task: "classification", classes: ["a", "b", "c"] },
  );
  const steps = 2 * fixture.stage_steps + fixture.tune_steps;

  it.each([["supervised", true], ["supervised", false], ["autoencoder", true], ["autoencoder", false]] as const)("%s, earlier layers fixed: %s", async (kind, freezeEarlier) => {
    const config = configOf({
      model: layersOf(["dense", { units: 5, activation: "tanh" }], ["dense", { units: 4, activation: "tanh" }], ["dense", { units: 3 }]),
      optimizer: { kind: "sgd", arguments: { lr: 0.2, momentum: 0.9 } },
      training: { batchSize: "full", epochs: fixture.tune_steps, pretrain: greedy({ greedy: kind, epochs: fixture.stage_steps, freezeEarlier }) },
    });
    const dims = { "dense_0.weight": [2, 5], "dense_1.weight": [5, 4], "dense_2.weight": [4, 3] };
    const start: TensorValues = Object.fromEntries(Object.entries(dims).map(([name, shape]) => [name, values(shape, fixture.start[name])]));
    // the heads of the stages: the first stage's begins here, the second's by name where the shapes differ
    const head = kind === "supervised" ? "dense_2.weight" : "pretrain_decoder.weight";
    const [first, second] = fixture.heads[kind] as [number[], number[] | null];
    const width = kind === "supervised" ? 3 : 2;
    let run = await open(config, dataset, { start: { ...start, [head]: values([5, width], first) } });
    const losses = lossesOf(await runToEnd(run, fixture.stage_steps));
    // from the first stage's end on with the second's head: through a state, as a resumed run would
    const state = run.state();
    await run.dispose();
    const later: TensorValues = { ...start, ...(second === null ? {} : { [head]: values([4, width], second) }) };
    run = await open(config, dataset, { resume: state, start: later });
    losses.push(...lossesOf(await runToEnd(run)));
    await run.dispose();
    const expected = fixture.losses[`${kind}${freezeEarlier ? "" : ", earlier layers free"}`] as number[];
    expect(losses).toHaveLength(steps);
    losses.forEach((loss, i) => expect(Math.abs(loss / expected[i] - 1), `step ${i + 1}`).toBeLessThan(5e-5));
  });
});

const deep = (pretrain: Partial<PretrainConfig> = {}, rest: Parameters<typeof configOf>[0] = {}) => configOf({
  model: layersOf(["dense", { units: 6 }], ["batch_norm"], ["relu"], ["dropout", { rate: 0.2 }], ["dense", { units: 5, activation: "relu" }], ["dense", { units: 4, activation: "tanh" }], ["dense", { units: 3 }]),
  ...rest,
  training: { epochs: 3, batchSize: 16, pretrain: greedy(pretrain), ...rest.training },
});

describe("greedy pretraining", () => {
  it("trains layer after layer; earlier ones stay as they are to the bit, their running statistics too", async () => {
    const run = await open(deep(), blobs());
    const perStage = 2 * run.plan.stepsPerEpoch;
    expect(run.plan.totalSteps).toBe(3 * perStage + 3 * run.plan.stepsPerEpoch);
    const seen: { step: number; layer: string | undefined; tensors: Record<string, number[]> }[] = [];
    for (;;) {
      const event = await run.next();
      if (event.kind === "steps") {
        const tensors = Object.fromEntries(Object.entries(run.state().tensors).map(([name, { data }]) => [name, Array.from(data)]));
        seen.push({ step: run.step, layer: event.phase?.layer, tensors });
      }
      if (event.kind === "evaluation" && event.phase) expect(event.split).toBe("validation");
      if (event.kind === "end") {
        expect(event.status).toBe("completed");
        expect(Object.keys(event.metrics)).toContain("test/accuracy");
        break;
      }
    }
    expect([...new Set(seen.map(({ layer }) => layer))]).toEqual(["dense_0", "dense_4", "dense_5", undefined]);
    const lastOf = (layer: string | undefined) => seen.findLast((one) => one.layer === layer)!.tensors;
    const [first, second, third, tuned] = ["dense_0", "dense_4", "dense_5", undefined].map(lastOf);
    for (const name of ["dense_0.weight", "dense_0.bias", "batch_norm_1.gamma", "batch_norm_1.running_mean", "batch_norm_1.running_variance"]) {
      expect(first[name], name).toBeDefined();
      expect(second[name], name).toEqual(first[name]);
      expect(third[name], name).toEqual(first[name]);
      expect(tuned[name], name).not.toEqual(first[name]);
    }
    expect(third["dense_4.weight"]).toEqual(second["dense_4.weight"]);
    expect(tuned["dense_4.weight"]).not.toEqual(second["dense_4.weight"]);
    await run.dispose();
  });

  it.each(["supervised", "autoencoder"] as const)("%s: stopped and resumed at any step, also where a stage ends, it is the same run to the bit", async (kind) => {
    const config = deep({ greedy: kind });
    const whole = await open(config, blobs());
    const losses = lossesOf(await runToEnd(whole));
    const stage = 2 * whole.plan.stepsPerEpoch;
    for (const stop of [3, stage, stage + 1, 3 * stage - 2, 3 * stage, 3 * stage + 5]) {
      const before = await open(config, blobs(), { tuning: { ...plain, chunkSteps: 1 } });
      const head = lossesOf(await runToEnd(before, stop));
      const state = decodeState(encodeState(before.state()));
      expect(state.step).toBe(stop);
      const after = await open(config, blobs(), { resume: state });
      expect([...head, ...lossesOf(await runToEnd(after))], `stopped at ${stop}`).toEqual(losses);
      expect(after.state().tensors).toEqual(whole.state().tensors);
      for (const run of [before, after]) await run.dispose();
    }
    await whole.dispose();
  });

  it("by auto-encoder never looks at labels: others give the same layers", async () => {
    const data = blobs();
    const shuffled: Dataset = { ...data, targets: { ...data.targets, data: (data.targets.data as BigInt64Array).map((label) => (label + 1n) % 3n) } };
    const [one, other] = [await open(deep({ greedy: "autoencoder" }), data), await open(deep({ greedy: "autoencoder" }), shuffled)];
    const end = 3 * 2 * one.plan.stepsPerEpoch;
    const losses = [lossesOf(await runToEnd(one, end)), lossesOf(await runToEnd(other, end))];
    expect(losses[0]).toEqual(losses[1]);
    expect(one.state().tensors).toEqual(other.state().tensors);
    for (const run of [one, other]) await run.dispose();
  });

  it("while a stage trains, the whole model can be asked, evaluated and exported: layers without their turn are as drawn", async () => {
    const data = blobs();
    const run = await open(deep(), data);
    await runToEnd(run, 4);
    const { outputs, width } = await run.predict(data.splits.validation, "current");
    expect(width).toBe(3);
    expect((await run.evaluate("validation", "current")).metrics.loss).toBeGreaterThan(0);
    expect((await run.activations("dense_5", data.splits.validation)).width).toBe(4);
    const rows = Float32Array.from(Array.from(data.splits.validation).flatMap((i) => [Number(data.inputs.data[2 * i]), Number(data.inputs.data[2 * i + 1])]));
    const { output } = await runModel(run.exportModel({ weights: "current", softmax: false, scaling: false }), { input: { type: "float32", dims: [rows.length / 2, 2], data: rows } });
    (output.data as Float32Array).forEach((y, i) => expect(y).toBeCloseTo(outputs[i], 5));
    await run.dispose();
  });

  it("uses unlabelled examples of their own", async () => {
    const data = blobs();
    const more = Float32Array.from({ length: 2 * 200 }, (_, i) => Math.sin(3 * i));
    const run = await open(deep({ greedy: "autoencoder" }), data, { unlabelled: { inputs: { type: "float32", dims: [200, 2], data: more }, inputDivisor: 1, rows: new Int32Array(200) } });
    expect(run.plan.totalSteps).toBe(3 * 2 * Math.ceil(200 / 16) + 3 * run.plan.stepsPerEpoch);
    await runToEnd(run);
    await run.dispose();
  });

  it("images get a flatten before the output layer where the file's own stands after one; groups of layers to come wait", async () => {
    const images = datasetOf(
      { type: "float32", dims: [12, 1, 4, 4], data: Float32Array.from({ length: 192 }, (_, i) => Math.cos(i)) },
      { type: "int64", dims: [12], data: BigInt64Array.from({ length: 12 }, (_, i) => BigInt(i % 3)) },
      { task: "classification", classes: ["a", "b", "c"], inputKind: "image" },
    );
    for (const kind of ["supervised", "autoencoder"] as const) {
      const run = await open(configOf({
        model: layersOf(["conv2d", { filters: 2, kernel: 3, padding: "same", activation: "relu" }], ["max_pool", { size: 2 }], ["conv2d", { filters: 3, kernel: 2 }], ["flatten"], ["dense", { units: 3 }]),
        optimizer: { kind: "adam", arguments: { lr: 0.01, groups: [{ match: "conv2d_2.*", lr: 0.001 }] } },
        training: { epochs: 1, batchSize: 4, pretrain: greedy({ greedy: kind, epochs: 1 }) },
      }), images);
      expect((await runToEnd(run)).at(-1)).toMatchObject({ kind: "end", status: "completed" });
      await run.dispose();
    }
  });

  it("a model without hidden layers, and tokens for an autoencoder, are told", async () => {
    await expect(open(configOf({ training: { pretrain: greedy() } }), blobs())).rejects.toThrow(/this model has none/);
  });
});
