/** Models of branches, masked sequences and fractional pools, written as a training file has them, against the same models in PyTorch. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseTrainingFile } from "../../../src/config/parseTrainingFile.js";
import type { Dataset } from "../../../src/engine/data/types.js";
import { outlineModel } from "../../../src/engine/layers/outline.js";
import type { LayerConfig } from "../../../src/engine/training/config.js";
import type { TrainingState } from "../../../src/engine/training/types.js";
import { backend, configOf, datasetOf, lossesOf, noise, plain, runToEnd, trainerFor } from "./testRun.js";

interface Reference {
  readonly name: string;
  /** As the file has it. */
  readonly model: string;
  readonly shape: readonly number[];
  readonly symbols: boolean;
  readonly padded: boolean;
  /** Numbers to predict for every step; 0: a class an example. */
  readonly perStep: number;
  readonly steps: number;
  readonly losses: readonly number[];
  readonly norms: readonly number[];
  readonly evaluation: number;
  /** Over the steps that count. */
  readonly meanAbsoluteError: number | null;
}
const { runs } = JSON.parse(readFileSync(new URL("../../fixtures/structure/structure.json", import.meta.url), "utf8")) as { readonly runs: readonly Reference[] };
const examples = 24;

function layersIn(model: string): readonly LayerConfig[] {
  const { config, problems } = parseTrainingFile(`data: { train: { generate: blobs } }\nmodel:${model.startsWith("\n") ? model : ` ${model}`}`, { file: "a.train.yaml" });
  expect(problems).toEqual([]);
  return config!.model;
}

/** The data of the script: steps from the (2 + i mod (time - 1))-th on are padding. */
function dataOf({ shape, symbols, padded, perStep }: Reference): Dataset {
  const size = shape.reduce((a, b) => a * b, 1);
  const stepSize = size / shape[0];
  const inputs = Float32Array.from(noise(1, examples * size), (u, i) => {
    const [example, step] = [Math.floor(i / size), Math.floor((i % size) / stepSize)];
    if (padded && step >= 2 + (example % (shape[0] - 1))) return 0;
    return symbols ? 1 + Math.floor(6 * u) : 4 * u - 2;
  });
  const tensor = { type: "float32" as const, dims: [examples, ...shape], data: inputs };
  if (perStep > 0) {
    const targets = Float32Array.from(noise(2, examples * shape[0] * perStep), (u) => 2 * u - 1);
    return datasetOf(tensor, { type: "float32", dims: [examples, shape[0], perStep], data: targets }, { task: "regression" });
  }
  return datasetOf(tensor, { type: "int64", dims: [examples], data: BigInt64Array.from(noise(2, examples), (u) => BigInt(Math.floor(4 * u))) }, { task: "classification", classes: ["0", "1", "2", "3"] });
}

/** The script's initial weights, in the order of the outline's tensors, laid over a fresh state. */
function withWeights(state: TrainingState, model: readonly LayerConfig[], shape: readonly number[]): TrainingState {
  const tensors = { ...state.tensors };
  let count = 0;
  for (const layer of outlineModel(model, shape)) {
    for (const spec of layer.tensors.filter(({ role }) => role !== "statistic")) {
      const name = `${layer.name}.${spec.name}`;
      const value = spec.role === "weight" ? (u: number) => (u * 1.5) / Math.sqrt(spec.fanIn) : spec.role === "bias" ? (u: number) => 0.1 * u : (u: number) => Number(spec.name === "gamma") + 0.2 * u;
      tensors[name] = { dims: spec.shape, data: Float32Array.from(noise(100 + count++, tensors[name].data.length), (u) => value(2 * u - 1)) };
    }
  }
  return { ...state, tensors };
}

function difference(ours: readonly number[], theirs: readonly number[]): number {
  expect(ours.length).toBe(theirs.length);
  return Math.max(0, ...ours.map((x, i) => Math.abs(x - theirs[i]) / Math.abs(theirs[i])));
}

describe("a run follows PyTorch's", () => {
  it.each(runs.flatMap((reference) => ["plain", "blocked"].map((lowering) => [reference.name, lowering, reference] as const)))("%s (%s)", async (_, lowering, reference) => {
    const model = layersIn(reference.model);
    const dataset = dataOf(reference);
    const base = configOf({
      model, loss: reference.perStep > 0 ? { kind: "mse", arguments: {} } : { kind: "cross_entropy", arguments: {} }, optimizer: { kind: "sgd", arguments: { lr: 0.05, momentum: 0.9 } },
      training: { epochs: null, steps: Math.max(reference.steps, 1), batchSize: 8 }, diagnostics: { everySteps: 1, statistics: "layers", projection: "none", rules: {} },
    });
    const config = { ...base, data: { ...base.data, sampling: "sequential" as const } };
    const fresh = await trainerFor(config, dataset);
    const trainer = await trainerFor(config, dataset, { tuning: { ...plain, lowering }, resume: withWeights(fresh.state(), model, reference.shape) });
    await fresh.dispose();
    if (reference.steps > 0) {
      const events = await runToEnd(trainer);
      expect(difference(lossesOf(events), reference.losses)).toBeLessThan(1e-4);
      expect(difference(events.flatMap((e) => (e.kind === "steps" ? e.statistics : [])).map(({ values }) => values.gradient_norm), reference.norms)).toBeLessThan(2e-4);
    }
    const { metrics } = await trainer.evaluate("train", "current");
    expect(difference([metrics.loss], [reference.evaluation])).toBeLessThan(1e-4);
    const predictions = await trainer.predict(Int32Array.from({ length: examples }, (_, i) => i), "current");
    const exported = await backend.createSession(trainer.exportModel({ weights: "current", softmax: false, scaling: false }), { provider: "cpu", threads: 1 });
    const { output } = await exported.run({ input: dataset.inputs });
    await exported.release();
    expect(output.data.length).toBe(predictions.outputs.length);
    expect(Math.max(...Array.from(output.data as Float32Array, (y, i) => Math.abs(y - predictions.outputs[i])))).toBeLessThan(1e-5);
    if (reference.meanAbsoluteError !== null) expect(difference([metrics.mae], [reference.meanAbsoluteError])).toBeLessThan(1e-4);
    await trainer.dispose();
  });

  it("counts no masked step in the accuracy of training and evaluation", async () => {
    // the first step of each example is right, the second wrong, all others padding: the model gives a class a step by the sign of its one input
    const inputs = Float32Array.from({ length: 8 * 4 }, (_, i) => [1, -1, 0, 0][i % 4]);
    const labels = BigInt64Array.from({ length: 8 * 4 }, (_, i) => BigInt([0, 0, 1, 1][i % 4]));
    const dataset = datasetOf({ type: "float32", dims: [8, 4, 1], data: inputs }, { type: "int64", dims: [8, 4], data: labels }, { task: "classification", classes: ["a", "b"] });
    const model = layersIn("[masking, dense: 2]\n");
    const config = configOf({ model, loss: { kind: "cross_entropy", arguments: {} }, optimizer: { kind: "sgd", arguments: { lr: 0 } }, training: { epochs: 1, batchSize: 4 } });
    const fresh = await trainerFor(config, dataset);
    const state = fresh.state();
    const tensors = { ...state.tensors, "dense_1.weight": { dims: [1, 2], data: Float32Array.of(3, -3) }, "dense_1.bias": { dims: [2], data: Float32Array.of(0, 0) } };
    const trainer = await trainerFor(config, dataset, { resume: { ...state, tensors } });
    const events = await runToEnd(trainer);
    const end = events.find((e) => e.kind === "end");
    expect(end?.metrics["train/accuracy"]).toBe(0.5);
    const { metrics, confusion } = await trainer.evaluate("train", "current");
    expect(metrics.accuracy).toBe(0.5);
    expect([...confusion!]).toEqual([8, 8, 0, 0]);
    // log(1 + e^-6) and log(1 + e^6)
    expect(metrics.loss).toBeCloseTo((Math.log1p(Math.exp(-6)) + Math.log1p(Math.exp(6))) / 2, 5);
    await fresh.dispose();
    await trainer.dispose();
  });

  it("has scalars for each layer within others", async () => {
    const reference = runs.find(({ name }) => name === "branches within branches")!;
    const trainer = await trainerFor(configOf({ model: layersIn(reference.model), training: { epochs: 1, batchSize: 8 }, diagnostics: { everySteps: 1, statistics: "layers", projection: "none", rules: {} } }), dataOf(reference));
    const events = await runToEnd(trainer);
    const tags = Object.keys(events.flatMap((e) => (e.kind === "steps" ? e.statistics : []))[0].values);
    expect(tags).toEqual(expect.arrayContaining(["gradient_norm/dense_2", "gradient_norm/dense_3", "activation_mean/tanh_1", "update_ratio/residual_3"]));
    expect(trainer.plan.layers.map(({ path }) => path)).toContain("model[1].residual[1].residual.layers[0].dense");
    await trainer.dispose();
  });
});
