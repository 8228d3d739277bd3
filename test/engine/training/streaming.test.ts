/** Training on examples that are read when they are needed. */
import { describe, expect, test } from "vitest";
import { Batches } from "../../../src/engine/training/batches.js";
import { ExamplePieces } from "../../../src/engine/training/examplePieces.js";
import type { ExampleStream } from "../../../src/engine/data/stream/exampleStream.js";
import { takeRowsOf, tensorInFiles } from "../../../src/engine/data/stream/exampleStream.js";
import type { Dataset } from "../../../src/engine/data/types.js";
import type { ConstantTensor } from "../../../src/engine/graph/types.js";
import { configOf, datasetOf, layersOf, lossesOf, noise, runToEnd, trainerFor } from "./testRun.js";

const order = (options: { n: number; blocks?: { examples: number; window: number }; seed?: number; epoch?: number; examples?: Int32Array }): number[] => {
  const examples = options.examples ?? Int32Array.from({ length: options.n }, (_, i) => i);
  const batches = new Batches({ examples, batchSize: examples.length, dropLast: false, sampling: "shuffle", classes: null, seed: options.seed ?? 1, blocks: options.blocks });
  const into = new BigInt64Array(examples.length);
  batches.write(options.epoch ?? 0, into, 0);
  return Array.from(into, Number);
};

describe("the shuffle of streamed data", () => {
  const blocks = { examples: 10, window: 8 };

  test("every example once, another order each epoch and seed, the same one for the same", () => {
    const first = order({ n: 1003, blocks });
    expect([...first].sort((a, b) => a - b)).toEqual(Array.from({ length: 1003 }, (_, i) => i));
    expect(order({ n: 1003, blocks })).toEqual(first);
    expect(order({ n: 1003, blocks, epoch: 1 })).not.toEqual(first);
    expect(order({ n: 1003, blocks, seed: 2 })).not.toEqual(first);
  });

  test("a window takes whole blocks from all over the data, and mixes them", () => {
    const window = order({ n: 10_000, blocks }).slice(0, 80);
    const from = new Set(window.map((example) => Math.floor(example / 10)));
    expect(from.size).toBe(8);
    expect(Math.max(...from) - Math.min(...from)).toBeGreaterThan(300); // of 1,000 blocks
    // neighbours in the file are no neighbours in the batch: of 79 pairs a random order has about one
    expect(window.filter((example, i) => Math.abs(example - window[i - 1]) === 1).length).toBeLessThan(12);
  });

  test("where an example lands does not depend on where it lies (chi-square over quarters)", () => {
    const counts = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
    for (let epoch = 0; epoch < 40; epoch++) order({ n: 4000, blocks, epoch }).forEach((example, place) => counts[Math.floor(example / 1000)][Math.floor(place / 1000)]++);
    const expected = 40 * 250;
    // whole blocks move together, so the count of blocks is what is random: 1,000 of them a cell
    const chi = counts.flat().reduce((sum, count) => sum + (count - expected) ** 2 / (expected * 10), 0);
    expect(chi).toBeLessThan(27.9); // 9 degrees of freedom, p = 0.001
  });

  test("one block is a plain shuffle; only the training split is drawn", () => {
    const examples = Int32Array.from({ length: 50 }, (_, i) => 2 * i + 1);
    expect(order({ n: 0, examples, blocks: { examples: 16, window: 3 } }).sort((a, b) => a - b)).toEqual([...examples]);
  });
});

describe("pieces read ahead", () => {
  const width = 3;
  const dataset = (n: number) => ({ inputs: tensorInFiles("float32", [n, width]), targets: { type: "int64", dims: [n], data: BigInt64Array.from({ length: n }, (_, i) => BigInt(i)) } }) as unknown as Dataset;
  const asked: number[][] = [];
  const stream: ExampleStream = {
    blockExamples: 4, windowBlocks: 4, dispose: async () => {},
    read: async (indices) => {
      asked.push([...indices]);
      return { type: "float32", dims: [indices.length, width], data: Float32Array.from({ length: indices.length * width }, (_, i) => indices[Math.floor(i / width)]) };
    },
  };

  test("give every step the examples of its batch, from any step on, however chunks cut them", async () => {
    const n = 103;
    const batches = () => new Batches({ examples: Int32Array.from({ length: n }, (_, i) => i), batchSize: 10, dropLast: false, sampling: "shuffle", classes: null, seed: 7, blocks: { examples: 4, window: 4 } });
    const plain = batches();
    for (const start of [0, 1, 9, 10, 11, 37]) {
      const pieces = new ExamplePieces(dataset(n), stream, batches(), true);
      for (let step = start, chunk = 1; step < start + 40; chunk = (chunk % 5) + 1) {
        const steps = Math.min(chunk, pieces.stepsFrom(step));
        const { inputs, targets, positions, indices } = await pieces.take(step, steps);
        const size = plain.sizeOf(step);
        const wanted = new BigInt64Array(steps * size);
        for (let k = 0; k < steps; k++) plain.write(step + k, wanted, k * size);
        expect([...indices]).toEqual([...wanted]);
        expect(Array.from(positions, (at) => (inputs.data as Float32Array)[Number(at) * width])).toEqual(Array.from(wanted, Number));
        expect(Array.from(positions, (at) => (targets.data as BigInt64Array)[Number(at)])).toEqual([...wanted]);
        step += steps;
      }
    }
    expect(asked.length).toBeGreaterThan(0);
  });

  test("a step that was taken before can be taken again", async () => {
    const pieces = new ExamplePieces(dataset(40), stream, new Batches({ examples: Int32Array.from({ length: 40 }, (_, i) => i), batchSize: 8, dropLast: false, sampling: "sequential", classes: null, seed: 0 }), true);
    const first = await pieces.take(7, 1);
    expect(await pieces.take(0, 1)).not.toEqual(first);
    expect({ ...(await pieces.take(7, 1)), waited: 0 }.indices).toEqual(first.indices);
  });

  test("what cannot be read is told by the step that needs it", async () => {
    const broken: ExampleStream = { ...stream, read: async () => { throw new Error("gone"); } };
    const pieces = new ExamplePieces(dataset(40), broken, new Batches({ examples: Int32Array.of(0, 1, 2), batchSize: 2, dropLast: false, sampling: "sequential", classes: null, seed: 0 }), true);
    await expect(pieces.take(0, 1)).rejects.toThrow("gone");
  });
});

test("an autoencoder on streamed inputs: losses and figures of the same inputs in memory", async () => {
  const [n, width] = [90, 4];
  const values = Float32Array.from(noise(5, n * width), (x) => 2 * x - 1);
  const held: ConstantTensor = { type: "float32", dims: [n, width], data: values };
  const rest = { task: "autoencoder", splits: { train: Int32Array.from({ length: 60 }, (_, i) => i), validation: Int32Array.from({ length: 30 }, (_, i) => 60 + i), test: new Int32Array(0) } } as const;
  const inMemory = datasetOf(held, held, rest);
  const lying = tensorInFiles("float32", [n, width]);
  const stream: ExampleStream = { blockExamples: 8, windowBlocks: 2, dispose: async () => {}, read: async (indices) => ({ type: "float32", dims: [indices.length, width], data: takeRowsOf(held, indices) as Float32Array }) };
  const streamed: Dataset = { ...datasetOf(lying, lying, rest), stream };
  const base = configOf({ model: layersOf(["dense", { units: 2, activation: "tanh" }], ["dense", { units: width }]), metrics: ["mae", "rmse", "r2"], training: { batchSize: 7, epochs: 3 } });
  const config = { ...base, data: { ...base.data, task: "autoencoder" as const, sampling: "sequential" as const } };
  const [whole, byPieces] = [await trainerFor(config, inMemory), await trainerFor(config, streamed)];
  expect(lossesOf(await runToEnd(byPieces))).toEqual(lossesOf(await runToEnd(whole)));
  for (const split of ["train", "validation"] as const) {
    const [expected, found] = [(await whole.evaluate(split, "current")).metrics, (await byPieces.evaluate(split, "current")).metrics];
    expect(Object.keys(found).sort()).toEqual(["loss", "mae", "r2", "rmse"]);
    for (const [name, value] of Object.entries(expected)) expect(found[name]).toBeCloseTo(value, 9);
  }
  // outputs that are wanted come with what they are compared with
  const pass = await byPieces.pass(rest.splits.validation, "current");
  expect(pass.streamedTargets).toEqual(values.subarray(60 * width));
  await whole.dispose();
  await byPieces.dispose();
});
