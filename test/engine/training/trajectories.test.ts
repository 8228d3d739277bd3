/** Whole runs against PyTorch: layers, losses, optimizers, clipping and the two benchmark models, from the same weights on the same batches. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Dataset } from "../../../src/engine/data/types.js";
import { outlineModel } from "../../../src/engine/layers/outline.js";
import type { LossConfig, TrainingConfig, TrainingSection } from "../../../src/engine/training/config.js";
import type { StepStatistics, TrainingState } from "../../../src/engine/training/types.js";
import { configOf, datasetOf, layersOf, lossesOf, noise, plain, runToEnd, trainerFor } from "./testRun.js";

interface Reference {
  readonly name: string;
  readonly data: { readonly shape: readonly number[]; readonly examples: number; readonly inputs: "digits" | "floats" | "symbols"; readonly task: Dataset["task"]; readonly classes?: number; readonly columns?: number };
  readonly model: readonly (readonly [string, Record<string, unknown>])[];
  readonly loss: readonly [LossConfig["kind"], Record<string, unknown>];
  readonly optimizer: readonly [string, Record<string, unknown>];
  readonly batch: number;
  readonly steps: number;
  readonly factor?: number;
  readonly clip?: TrainingSection["clip"];
  readonly regularization?: Readonly<Record<string, number | boolean>>;
  readonly losses: readonly number[];
  /** Losses with penalties. */
  readonly penalised?: readonly number[];
  readonly norms: readonly number[];
  readonly evaluation: number;
}

const references = JSON.parse(readFileSync(new URL("../../fixtures/training/trajectories.json", import.meta.url), "utf8")) as Reference[];

/** The first digits of examples/data, pixels as bytes. */
function digits(count: number, shape: readonly number[]): Dataset {
  const read = (name: string): Buffer => gunzipSync(readFileSync(new URL(`../../../examples/data/${name}`, import.meta.url)));
  const pixels = new Uint8Array(read("t10k-images-idx3-ubyte.gz").subarray(16, 16 + 784 * count));
  const labels = BigInt64Array.from(read("t10k-labels-idx1-ubyte.gz").subarray(8, 8 + count), BigInt);
  return datasetOf(
    { type: "uint8", dims: [count, ...shape], data: pixels }, { type: "int64", dims: [count], data: labels },
    { task: "classification", inputDivisor: 255, classes: Array.from({ length: 10 }, (_, k) => String(k)) },
  );
}

/** The data of the script. */
function dataOf({ data: d }: Reference): Dataset {
  if (d.inputs === "digits") return digits(d.examples, d.shape);
  const u = noise(1, d.examples * d.shape.reduce((a, b) => a * b, 1));
  const inputs = { type: "float32" as const, dims: [d.examples, ...d.shape], data: Float32Array.from(u, (x) => (d.inputs === "symbols" ? Math.floor(7 * x) : 4 * x - 2)) };
  if (d.task === "classification") {
    const labels = BigInt64Array.from(noise(2, d.examples), (x) => BigInt(Math.floor(d.classes! * x)));
    return datasetOf(inputs, { type: "int64", dims: [d.examples], data: labels }, { task: d.task, classes: Array.from({ length: d.classes! }, (_, k) => String(k)) });
  }
  const values = Float32Array.from(noise(2, d.examples * d.columns!), (x) => (d.task === "multi_label" ? Number(x < 0.4) : 2 * x - 1));
  return datasetOf(inputs, { type: "float32", dims: [d.examples, d.columns!], data: values }, { task: d.task });
}

/** The script's initial weights laid over a fresh state; zeros and ones of statistics and slots stay. */
function withWeights(state: TrainingState, reference: Reference): TrainingState {
  const tensors = { ...state.tensors };
  let count = 0;
  for (const layer of outlineModel(layersOf(...reference.model), reference.data.shape)) {
    for (const spec of layer.tensors) {
      if (spec.role === "statistic" || spec.name === "slope") continue;
      const name = `${layer.name}.${spec.name}`;
      const fan = spec.fanIn;
      const value = spec.role === "weight" ? (u: number) => (u * 1.5) / Math.sqrt(fan) : spec.role === "bias" ? (u: number) => 0.1 * u : (u: number) => (spec.name.endsWith("gamma") ? 1 : 0) + 0.2 * u;
      tensors[name] = { dims: spec.shape, data: Float32Array.from(noise(100 + count++, tensors[name].data.length), (u) => value(2 * u - 1)) };
    }
  }
  return { ...state, tensors };
}

async function follow(reference: Reference, lowering: string): Promise<{ losses: number[]; penalised: number[]; statistics: StepStatistics[]; evaluation: number }> {
  const config = configOf({
    model: layersOf(...reference.model),
    loss: { kind: reference.loss[0], arguments: reference.loss[1] },
    optimizer: { kind: reference.optimizer[0], arguments: reference.optimizer[1] },
    schedule: reference.factor === undefined ? { kind: "constant", arguments: {} } : { kind: "exponential", arguments: { factor: reference.factor } },
    regularization: reference.regularization === undefined ? null : regularizationOf(reference.regularization),
    training: { epochs: null, steps: reference.steps, batchSize: reference.batch, clip: reference.clip ?? null },
    diagnostics: { everySteps: 1, statistics: "layers", projection: "none", rules: {} },
  });
  const dataset = dataOf(reference);
  const sequential = { ...config, data: { ...config.data, sampling: "sequential" as const } };
  const fresh = await trainerFor(sequential, dataset);
  const tuning = { ...plain, lowering };
  const trainer = await trainerFor(sequential, dataset, { tuning, resume: withWeights(fresh.state(), reference) });
  const events = await runToEnd(trainer);
  const evaluation = (await trainer.evaluate("train", "current")).metrics.loss;
  await fresh.dispose();
  await trainer.dispose();
  const penalised = events.flatMap((e) => (e.kind === "steps" && e.lossesWithPenalty !== null ? Array.from(e.lossesWithPenalty) : []));
  return { losses: lossesOf(events), penalised, statistics: events.flatMap((e) => (e.kind === "steps" ? e.statistics : [])), evaluation };
}

function regularizationOf(section: NonNullable<Reference["regularization"]>): NonNullable<TrainingConfig["regularization"]> {
  const number = (key: string): number => Number(section[key] ?? 0);
  return {
    l1: number("l1"), l2: number("l2"), weightDecay: number("weight_decay"), maxNorm: section.max_norm === undefined ? null : number("max_norm"),
    activityL1: number("activity_l1"), activityL2: number("activity_l2"), includeBiases: section.include_biases === true,
  };
}

/** Largest relative difference. */
function difference(ours: readonly number[], theirs: readonly number[]): number {
  expect(ours.length).toBe(theirs.length);
  return Math.max(...ours.map((x, i) => Math.abs(x - theirs[i]) / Math.abs(theirs[i])));
}

describe("a run follows PyTorch's", () => {
  const cases = references.flatMap((r) => (r.name.startsWith("LeNet") || r.name.startsWith("layers:") ? ["plain", "blocked"] : ["plain"]).map((lowering) => [r.name, lowering, r] as const));

  it.each(cases)("%s (%s)", async (_, lowering, reference) => {
    const run = await follow(reference, lowering);
    expect(difference(run.losses, reference.losses)).toBeLessThan(reference.name.startsWith("optimizer:") ? 1e-5 : 1e-4);
    expect(difference(run.statistics.slice(0, reference.norms.length).map(({ values }) => values.gradient_norm), reference.norms)).toBeLessThan(1e-4);
    if (reference.penalised !== undefined && run.penalised.length > 0) expect(difference(run.penalised, reference.penalised)).toBeLessThan(1e-4);
    expect(run.penalised.length > 0).toBe(["l1", "l2", "activity_l1", "activity_l2"].some((key) => key in { ...reference.regularization, ...reference.model[0][1] }));
    expect(difference([run.evaluation], [reference.evaluation])).toBeLessThan(1e-4);
  });
});
