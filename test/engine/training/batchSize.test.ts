import { describe, expect, it } from "vitest";
import { DescentError } from "../../../src/common/errors.js";
import { peakBytes } from "../../../src/engine/graph/memory.js";
import { newGraph } from "../../../src/engine/ops/inference.js";
import type { Backend } from "../../../src/engine/training/backend.js";
import { largestBatch } from "../../../src/engine/training/batchSize.js";
import { ChunkRunner } from "../../../src/engine/training/chunkRunner.js";
import { describeProblem } from "../../../src/engine/training/problem.js";
import { batchesOf, initialCarried } from "../../../src/engine/training/trainer.js";
import { examplesOfStep, withTunedBatch } from "../../../src/engine/training/tunedBatch.js";
import { measureTuning, tuningKey, type TuningOptions } from "../../../src/engine/training/tuning.js";
import { batchSize as batchSizeCheck } from "../../../src/rules/checks/batchSize.js";
import { decodeState, encodeState } from "../../../src/engine/training/stateFile.js";
import { backend, configOf, datasetOf, layersOf, lossesOf, plain, runToEnd, trainerFor } from "./testRun.js";

const width = 256;
const examples = 40_000;
const rows = datasetOf(
  { type: "float32", dims: [examples, 8], data: Float32Array.from({ length: 8 * examples }, (_, i) => Math.sin(i)) },
  { type: "float32", dims: [examples, 1], data: new Float32Array(examples) }, { task: "regression" },
);
const model = layersOf(["dense", { units: width, activation: "relu" }], ["dense", { units: width, activation: "relu" }], ["dense", { units: 1 }]);
const auto = configOf({ model, training: { batchSize: "auto", epochs: 1 } });

function optionsOf(rest: Partial<TuningOptions> = {}): TuningOptions {
  return { config: auto, dataset: rows, backend, provider: "cpu", cores: 1, log: () => undefined, ...rest };
}

/** A runtime whose memory holds so many examples. */
function holding(most: number): Backend {
  return {
    async createSession(bytes, session) {
      const inner = await backend.createSession(bytes, session);
      return {
        async run(feeds) {
          if (feeds.indices.dims[1] > most) throw new DescentError("execution-failed", "no memory");
          return inner.run(feeds);
        },
        release: () => inner.release(),
      };
    },
  };
}

describe("peakBytes", () => {
  it("counts what is alive at once, as by hand", () => {
    const graph = newGraph();
    const x = graph.input("x", "float32", [10, 100]);
    const a = graph.op("Relu", [x]); // 4000, until b
    const b = graph.op("Exp", [graph.op("Reshape", [a, graph.ints([1000])])]); // 4000 more, the reshaped a being a itself: 8000
    const c = graph.op("ReduceSum", [b], { keepdims: 0 }); // 4 more, a is gone: 4004
    graph.output(graph.op("Mul", [c, c])); // b is gone
    expect(peakBytes(graph.build("g"))).toBe(8000);
  });
});

describe("batch_size: auto", () => {
  it("estimates what the runtime really takes", async () => {
    const { batchSize, bytes } = await largestBatch(optionsOf(), 0.5 * 2 ** 30);
    const problem = describeProblem(withTunedBatch(auto, { ...plain, batchSize }), rows);
    const runner = new ChunkRunner({ problem, batches: batchesOf(problem), backend, log: () => undefined, lowering: { lowering: "plain", blockSize: null }, session: { provider: "cpu", threads: 1 }, wantsStatistics: () => false });
    await runner.prepare(0);
    const before = process.memoryUsage().rss;
    await runner.run(0, new Float64Array(1), initialCarried(problem)); // its arena keeps what the step needed
    const taken = process.memoryUsage().rss - before;
    await runner.dispose();
    expect(batchSize).toBeGreaterThanOrEqual(8192);
    expect(taken / bytes).toBeGreaterThan(0.4);
    expect(taken / bytes).toBeLessThan(1.15);
  });

  it("takes the largest power of two that fits, and twice of it does not", async () => {
    const memory = 64 * 2 ** 20;
    const { batchSize, bytes } = await largestBatch(optionsOf(), memory);
    expect(Number.isInteger(Math.log2(batchSize))).toBe(true);
    expect(bytes).toBeLessThanOrEqual(0.6 * memory);
    const twice = await largestBatch(optionsOf(), (2.2 * bytes) / 0.6);
    expect(twice.batchSize).toBe(2 * batchSize);
    expect(twice.bytes).toBeGreaterThan(0.6 * memory);
    expect((await largestBatch(optionsOf(), twice.bytes / 0.6 + 1)).batchSize).toBe(2 * batchSize);
    expect((await largestBatch(optionsOf(), twice.bytes / 0.6 - 1)).batchSize).toBe(batchSize);
    // a model half as wide has room for more
    const narrow = { ...auto, model: layersOf(["dense", { units: width / 2, activation: "relu" }], ["dense", { units: width / 2, activation: "relu" }], ["dense", { units: 1 }]) };
    expect((await largestBatch(optionsOf({ config: narrow }), memory)).batchSize).toBeGreaterThan(batchSize);
  });

  it("takes all examples where they fit, and no more than fit where the runtime refuses", async () => {
    const few = { ...rows, splits: { ...rows.splits, train: rows.splits.train.subarray(0, 100) } };
    expect((await largestBatch(optionsOf({ dataset: few }), 2 ** 33)).batchSize).toBe(100);
    expect((await largestBatch(optionsOf({ dataset: few, backend: holding(40) }), 2 ** 33)).batchSize).toBe(32);
    expect((await largestBatch(optionsOf({ dataset: few, backend: holding(17) }), null)).batchSize).toBe(16);
    await expect(largestBatch(optionsOf({ dataset: few, backend: holding(0) }), null)).rejects.toMatchObject({ code: "batch-does-not-fit" });
  });

  it("is kept with the run: a resumed one takes the batch that it began with", async () => {
    const few = { ...rows, splits: { ...rows.splits, train: rows.splits.train.subarray(0, 100) } };
    const told: string[] = [];
    const tuning = await measureTuning(optionsOf({ dataset: few, backend: holding(40), memory: 2 ** 33, log: (level, text) => void (level === "info" && told.push(text)) }));
    expect(tuning.batchSize).toBe(32);
    expect(told.at(-1)).toMatch(/^batch_size auto: 32 examples a batch; a step takes about \d+ MB of 8192 MB free$/);
    const whole = await trainerFor(auto, few, { tuning });
    expect(whole.plan.stepsPerEpoch).toBe(4);
    const expected = lossesOf(await runToEnd(whole));
    const first = await trainerFor(auto, few, { tuning: { ...tuning, chunkSteps: 1 } });
    const begun = lossesOf(await runToEnd(first, 2));
    const state = decodeState(encodeState(first.state()));
    expect(state.tuning.batchSize).toBe(32);
    const rest = await trainerFor(auto, few, { tuning: state.tuning, resume: state });
    expect([...begun, ...lossesOf(await runToEnd(rest))]).toEqual(expected);
    for (const trainer of [whole, first, rest]) await trainer.dispose();
  });

  it("is what the check batch-size compares the file with", async () => {
    const few = { ...rows, splits: { ...rows.splits, train: rows.splits.train.subarray(0, 100) } };
    const check = (batchSize: number, most: number) => batchSizeCheck({ ...optionsOf({ dataset: few, backend: holding(most), config: configOf({ model, training: { batchSize } }) }), threads: 1, memory: 2 ** 33, onProgress: () => undefined });
    const fits = await check(32, 40);
    expect(fits).toMatchObject({ status: "passed", cause: null, figures: { batch_size: 32, largest: 32, memory: 2 ** 33 } });
    expect(fits.message).toMatch(/^Batches of up to 32 examples fit into memory, about \d+ MB a step of 8192 MB free; the file takes 32\.$/);
    expect(await check(64, 40)).toMatchObject({ status: "failed", cause: { path: "training.batch_size", category: "batch_size" }, figures: { batch_size: 64, largest: 32 } });
  });

  it("has a key of its own, and stands for all examples until it is found", () => {
    expect(tuningKey(auto, rows)).not.toBe(tuningKey(configOf({ model, training: { batchSize: "full", epochs: 1 } }), rows));
    expect(examplesOfStep(auto, 50)).toBe(50);
    expect(examplesOfStep(configOf({ training: { batchSize: 8, accumulate: 2 } }), 50)).toBe(16);
  });
});
