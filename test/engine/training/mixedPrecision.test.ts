/** Mixed precision against PyTorch's autocast and GradScaler: test/fixtures/training/mixedPrecision.py. float16 is emulated, so that figures can be compared without a GPU. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { inMixedPrecision } from "../../../src/engine/graph/mixedPrecision.js";
import { encodeModel } from "../../../src/engine/onnx/encode.js";
import { newGraph } from "../../../src/engine/ops/inference.js";
import { Batches } from "../../../src/engine/training/batches.js";
import { ChunkRunner, type Carried } from "../../../src/engine/training/chunkRunner.js";
import type { TrainingConfig } from "../../../src/engine/training/config.js";
import { nextLossScale } from "../../../src/engine/training/lossScale.js";
import { describeProblem } from "../../../src/engine/training/problem.js";
import { initialCarried } from "../../../src/engine/training/trainer.js";
import { emulatingFloat16 } from "./float16Emulation.js";
import { backend, configOf, datasetOf, layersOf, noise, trainerFor } from "./testRun.js";

interface Reference {
  readonly name: string;
  readonly model: "mlp" | "conv";
  readonly scale: number;
  readonly lr: number;
  readonly losses: readonly number[];
  /** After each step. */
  readonly scales: readonly number[];
  /** Losses in float32. */
  readonly single: readonly number[];
}

const references = JSON.parse(readFileSync(new URL("../../fixtures/training/mixedPrecision.json", import.meta.url), "utf8")) as readonly Reference[];
const count = 24;
const models = {
  mlp: { shape: [5], layers: layersOf(["dense", { units: 16, activation: "tanh" }], ["dense", { units: 3 }]) },
  conv: { shape: [2, 7, 7], layers: layersOf(["conv2d", { filters: 4, kernel: 3, activation: "relu" }], ["flatten"], ["dense", { units: 3 }]) },
};

function configFor({ model, lr }: Pick<Reference, "model" | "lr">, rest: Partial<TrainingConfig["training"]> = {}): TrainingConfig {
  const config = configOf({ model: models[model].layers, optimizer: { kind: "sgd", arguments: { lr, momentum: 0.9 } }, training: { batchSize: 8, precision: "mixed", ...rest } });
  return { ...config, data: { ...config.data, sampling: "sequential" } };
}

function dataFor(shape: readonly number[]) {
  const size = shape.reduce((a, b) => a * b, 1);
  return datasetOf(
    { type: "float32", dims: [count, ...shape], data: Float32Array.from(noise(1, count * size), (u) => 4 * u - 2) },
    { type: "int64", dims: [count], data: BigInt64Array.from(noise(2, count), (u) => BigInt(Math.floor(3 * u))) },
    { task: "classification", classes: ["a", "b", "c"], inputKind: shape.length === 3 ? "image" : "row" },
  );
}

/** Steps one by one, by the runner: the trainer refuses the processor. */
async function follow(config: TrainingConfig, shape: readonly number[], scale: number, steps: number, runtime = emulatingFloat16(backend)): Promise<{ losses: number[]; scales: number[]; carried: Carried[] }> {
  const dataset = dataFor(shape);
  const problem = describeProblem(config, dataset);
  const batchSize = (config.training.batchSize as number) * config.training.accumulate;
  const batches = new Batches({ examples: dataset.splits.train, batchSize, dropLast: false, sampling: "sequential", classes: null, seed: 0 });
  const runner = new ChunkRunner({ problem, batches, backend: runtime, lowering: { lowering: "plain", blockSize: null }, session: { provider: "cpu", threads: 1 }, wantsStatistics: () => true, log: () => undefined });
  let carried = initialCarried(problem);
  carried.loss_scale = { type: "float32", dims: [], data: Float32Array.of(scale) };
  let tensor = 0;
  for (const { fullName, role, fanIn } of problem.tensors) {
    const { dims, data } = carried[fullName];
    const factor = role === "weight" ? 1.5 / Math.sqrt(fanIn) : 0.1;
    carried[fullName] = { type: "float32", dims, data: Float32Array.from(noise(100 + tensor++, data.length), (u) => (2 * u - 1) * factor) };
  }
  const [losses, scales, all]: [number[], number[], Carried[]] = [[], [], [carried]];
  for (let step = 0; step < steps; step++) {
    const result = await runner.run(step, Float64Array.of(config.optimizer.arguments.lr as number), carried);
    carried = result.carried;
    losses.push(result.losses[0]);
    scales.push((carried.loss_scale.data as Float32Array)[0]);
    all.push(carried);
  }
  await runner.dispose();
  return { losses, scales, carried: all };
}

describe("mixed precision", () => {
  it.each(references.map((reference) => [reference.name, reference] as const))("%s: losses within float16 of autocast's, the scale as GradScaler's", async (_, reference) => {
    const { losses, scales, carried } = await follow(configFor(reference), models[reference.model].shape, reference.scale, reference.losses.length);
    expect(scales).toEqual(reference.scales);
    losses.forEach((loss, step) => expect(Math.abs(loss - reference.losses[step]), `step ${step + 1}`).toBeLessThan(2e-3 * (1 + reference.losses[step])));
    // it is float16: not the run in float32
    expect(losses.some((loss, step) => Math.abs(loss - reference.single[step]) > 1e-5)).toBe(true);
    // a step that overflows changes nothing
    reference.scales.forEach((scale, step) => {
      const skipped = scale < (step === 0 ? reference.scale : reference.scales[step - 1]);
      for (const name of ["dense_1.weight", "dense_2.weight"].filter((key) => key in carried[0])) {
        const same = (carried[step + 1][name].data as Float32Array).every((value, i) => value === (carried[step][name].data as Float32Array)[i]);
        expect(same, `${name} at step ${step + 1}`).toBe(skipped);
      }
    });
  });

  it("accumulates micro-batches in float32", async () => {
    const whole = await follow(configFor({ model: "mlp", lr: 0.1 }), [5], 1024, 6);
    const pieces = await follow(configFor({ model: "mlp", lr: 0.1 }, { batchSize: 4, accumulate: 2 }), [5], 1024, 6);
    pieces.losses.forEach((loss, step) => expect(loss).toBeCloseTo(whole.losses[step], 3));
  });

  it("runs with everything that a step may have: normalisation, dropout, penalties, clipping, averages", async () => {
    const config = configOf({
      model: layersOf(["conv2d", { filters: 4, kernel: 3 }], ["batch_norm"], ["relu"], ["max_pool", { size: 2 }], ["flatten"], ["layer_norm"], ["dropout", { rate: 0.2 }], ["dense", { units: 8, activation: "gelu" }], ["dense", { units: 3 }]),
      optimizer: { kind: "adam", arguments: { lr: 0.01 } },
      regularization: { l1: 1e-4, l2: 1e-3, weightDecay: 0.01, maxNorm: 3, activityL1: 0, activityL2: 1e-4, includeBiases: false },
      training: { batchSize: 8, clip: { kind: "norm", limit: 1 }, polyak: 0.9 },
    });
    // not emulated: the runtime itself checks the types of every node
    const mixed = await follow({ ...config, training: { ...config.training, precision: "mixed" } }, [2, 7, 7], 1024, 9, backend);
    const single = await follow(config, [2, 7, 7], 1, 9).catch(() => null);
    expect(mixed.scales.every((scale) => scale === 1024)).toBe(true);
    expect(single).not.toBeNull();
    mixed.losses.forEach((loss, step) => expect(Math.abs(loss - single!.losses[step])).toBeLessThan(0.02 * (1 + single!.losses[step])));
  });

  it("doubles the scale after 2,000 good steps", async () => {
    const graph = newGraph();
    const [scale, good, isFinite] = [graph.input("scale", "float32", []), graph.input("good", "float32", []), graph.input("finite", "bool", [])];
    const next = nextLossScale(scale, good, isFinite);
    graph.output(next.scale, "next_scale");
    graph.output(next.goodSteps, "next_good");
    const session = await backend.createSession(encodeModel({ graph: graph.build("scale"), opsets: new Map([["", graph.opset]]), irVersion: 9, metadata: new Map() }), { provider: "cpu", threads: 1 });
    const after = async (s: number, g: number, finite: boolean): Promise<number[]> => {
      const out = await session.run({ scale: { type: "float32", dims: [], data: Float32Array.of(s) }, good: { type: "float32", dims: [], data: Float32Array.of(g) }, finite: { type: "bool", dims: [], data: Uint8Array.of(Number(finite)) } });
      return [(out.next_scale.data as Float32Array)[0], (out.next_good.data as Float32Array)[0]];
    };
    expect(await after(1024, 1998, true)).toEqual([1024, 1999]);
    expect(await after(1024, 1999, true)).toEqual([2048, 0]);
    expect(await after(1024, 1999, false)).toEqual([512, 0]);
    await session.release();
  });

  it("computes products in float16, sums in float32, and casts a weight once", () => {
    const graph = newGraph();
    const x = graph.input("x", "float32", [2, 3]);
    const w = graph.input("w", "float32", [3, 4]);
    const b = graph.input("b", "float32", [4]);
    const y = graph.op("Relu", [graph.op("Add", [graph.op("MatMul", [x, w]), b])]);
    graph.output(graph.op("ReduceSum", [graph.op("Mul", [y, graph.scalar(1e-9)])], { keepdims: 0 }), "loss");
    graph.output(graph.op("MatMul", [graph.op("Transpose", [y], { perm: [1, 0] }), graph.op("MatMul", [x, w])]), "other");
    const { nodes } = inMixedPrecision(graph.build("g"), new Set(["w", "b"]));
    const casts = nodes.filter(({ op }) => op === "Cast").map(({ inputs, outputs }) => `${inputs[0]} > ${outputs[0]}`);
    expect(casts.filter((cast) => cast === "w > w/float16").length).toBe(1);
    expect(casts.filter((cast) => cast === "x > x/float16").length).toBe(1);
    const of = (op: string) => nodes.filter((node) => node.op === op);
    for (const op of ["MatMul", "Add", "Relu", "Transpose"]) for (const { outputs } of of(op)) expect(outputs[0]).toMatch(/float16$/);
    // 1e-9 is nothing in float16: what it is multiplied with is float32 then
    for (const op of ["Mul", "ReduceSum"]) for (const { inputs, outputs } of of(op)) expect([...inputs, ...outputs].join(" ")).not.toMatch(/float16/);
  });

  it("is refused, with its line, where the device has none", async () => {
    await expect(trainerFor(configFor({ model: "mlp", lr: 0.1 }), dataFor([5]))).rejects.toMatchObject({ code: "precision-unsupported", location: { path: "training.precision" } });
  });
});
