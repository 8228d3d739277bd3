/** Optimised graphs that are kept: the same bits as without, never trusted, bounded. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseTrainingFile } from "../../../src/config/parseTrainingFile.js";
import type { Dataset } from "../../../src/engine/data/types.js";
import { probeBlockSize } from "../../../src/engine/lowering/probeBlockSize.js";
import type { Backend } from "../../../src/engine/training/backend.js";
import { createTrainer } from "../../../src/engine/training/trainer.js";
import { createGraphCache } from "../../../src/runtime/backend/graphCache.js";
import { createOnnxRuntimeBackend } from "../../../src/runtime/backend/onnxRuntimeBackend.js";
import { datasetOf, noise } from "../../engine/training/testRun.js";

let folder: string;
beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-graphs-"))));
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const files = () => fs.readdirSync(folder).map((name) => path.join(folder, name));

function random(shape: readonly number[]): Dataset {
  const [examples] = shape;
  const inputs = { type: "float32" as const, dims: [...shape], data: Float32Array.from(noise(1, shape.reduce((a, b) => a * b, 1))) };
  const targets = { type: "int64" as const, dims: [examples], data: BigInt64Array.from({ length: examples }, (_, i) => BigInt(i % 3)) };
  const split = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);
  return datasetOf(inputs, targets, { task: "classification", classes: ["a", "b", "c"], splits: { train: split(0, examples - 8), validation: split(examples - 8, examples), test: split(0, 0) } });
}

/** The losses and the last weights of six steps with two evaluations. */
async function train(backend: Backend, model: string, shape: readonly number[], lowering: string): Promise<{ losses: number[]; weights: string }> {
  const { config, problems } = parseTrainingFile(`data: { train: unused.csv }\nmodel:\n${model}\nloss: cross_entropy\noptimizer: { adam: { lr: 1e-2 } }\ntraining: { epochs: 2, batch_size: 8 }\nseed: 3\n`, { file: "graph.train.yaml" });
  expect(problems).toEqual([]);
  const trainer = await createTrainer({ config: config!, dataset: random(shape), backend, provider: "cpu", tuning: { threads: 1, chunkSteps: 2, lowering }, fixedChunks: true, resume: null, log: () => undefined });
  const losses: number[] = [];
  try {
    for (;;) {
      const event = await trainer.next();
      if (event.kind === "steps") losses.push(...event.losses);
      if (event.kind === "evaluation") losses.push(event.metrics.loss);
      if (event.kind === "end") break;
    }
    const hash = createHash("sha256");
    for (const [name, { data }] of Object.entries(trainer.state().tensors)) hash.update(name).update(new Uint8Array((data as Float32Array).buffer, (data as Float32Array).byteOffset, (data as Float32Array).byteLength));
    return { losses, weights: hash.digest("hex") };
  } finally {
    await trainer.dispose();
  }
}

const convolutions = "  - conv2d: { filters: 16, kernel: 3, padding: same, bias: false }\n  - batch_norm\n  - relu\n  - max_pool: 2\n  - flatten\n  - dropout: 0.2\n  - dense: 3";
const hasBlocks = (await probeBlockSize(createOnnxRuntimeBackend())) !== null;
const models: readonly (readonly [name: string, model: string, shape: readonly number[], lowering: string])[] = [
  ["dense layers", "  - dense: { units: 16, activation: relu }\n  - dense: 3", [32, 5], "plain"],
  ["convolutions", convolutions, [32, 1, 8, 8], "plain"],
  ...(hasBlocks ? [["convolutions in blocks", convolutions, [32, 1, 8, 8], "blocked"] as const] : []),
  ["an LSTM", "  - lstm: 8\n  - dense: 3", [32, 6, 4], "plain"],
  ["attention", "  - dense: 8\n  - transformer: { blocks: 1, heads: 2 }\n  - global_avg_pool\n  - dense: 3", [32, 6, 4], "tiled"],
];

describe("optimised graphs that are kept", () => {
  it.each(models)("%s: the same to the bit without, when it is kept, and from there", async (_name, model, shape, lowering) => {
    const without = await train(createOnnxRuntimeBackend(), model, shape, lowering);
    expect(without.losses.every(Number.isFinite)).toBe(true);
    const first = await train(createOnnxRuntimeBackend(undefined, folder), model, shape, lowering);
    const kept = files();
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.every((file) => file.endsWith(".onnx"))).toBe(true);
    const again = await train(createOnnxRuntimeBackend(undefined, folder), model, shape, lowering);
    expect(files()).toEqual(kept);
    expect(first).toEqual(without);
    expect(again).toEqual(without);
  });

  it("makes anew and replaces what is damaged, torn or no graph", async () => {
    const [, model, shape, lowering] = models[0];
    const run = () => train(createOnnxRuntimeBackend(undefined, folder), model, shape, lowering);
    const expected = await run();
    const whole = new Map(files().map((file) => [file, fs.readFileSync(file)]));
    const foreign = Buffer.from("no graph");
    const damage: readonly ((bytes: Buffer) => Buffer)[] = [
      (bytes) => Buffer.from(bytes).fill(9, bytes.length - 40, bytes.length - 30),
      (bytes) => bytes.subarray(0, bytes.length / 2),
      () => Buffer.alloc(0),
      // whole by its digest: the runtime refuses it
      () => Buffer.concat([createHash("sha256").update(foreign).digest(), foreign]),
    ];
    for (const harm of damage) {
      for (const [file, bytes] of whole) fs.writeFileSync(file, harm(bytes));
      expect(await run()).toEqual(expected);
      for (const [file, bytes] of whole) expect(fs.readFileSync(file).length).toBe(bytes.length);
    }
  });

  it("does without where the folder cannot be made", async () => {
    const [, model, shape, lowering] = models[0];
    const file = path.join(folder, "a file");
    fs.writeFileSync(file, "");
    expect(await train(createOnnxRuntimeBackend(undefined, path.join(file, "graphs")), model, shape, lowering)).toEqual(await train(createOnnxRuntimeBackend(), model, shape, lowering));
  });

  it("keeps no more than its bytes, the last used ones; another question and another version are others", () => {
    const cache = createGraphCache(folder, "1.0", 3000);
    const model = (i: number) => Uint8Array.of(i);
    const keep = (i: number) => {
      const place = cache.placeFor(model(i))!;
      fs.writeFileSync(place, Buffer.alloc(900, i));
      cache.keep(model(i), "asked", place);
    };
    const age = (seconds: number) => files().forEach((file) => {
      const { mtimeMs } = fs.statSync(file);
      fs.utimesSync(file, mtimeMs / 1000 - seconds, mtimeMs / 1000 - seconds);
    });
    for (const i of [1, 2, 3]) {
      keep(i);
      age(10);
    }
    expect(cache.find(model(1), "asked")).toEqual(Buffer.alloc(900, 1)); // used, so it is young again
    keep(4);
    expect([1, 2, 3, 4].map((i) => cache.find(model(i), "asked") !== null)).toEqual([true, false, true, true]);
    expect(cache.find(model(1), "otherwise")).toBeNull();
    expect(createGraphCache(folder, "1.1").find(model(1), "asked")).toBeNull();
    expect(cache.placeFor(new Uint8Array(9 * 2 ** 20))).toBeNull();
  });
});

it("a graph that cannot be written is no reason not to train", async () => {
  const [, ...dense] = models[0];
  // folders in the files' places, for a disk that is full
  for (let i = 0; i < 20; i++) fs.mkdirSync(path.join(folder, `${process.pid}-${i}.new`));
  expect(await train(createOnnxRuntimeBackend(() => undefined, folder), ...dense)).toEqual(await train(createOnnxRuntimeBackend(), ...dense));
  expect(files().filter((file) => file.endsWith(".onnx"))).toEqual([]);
});
