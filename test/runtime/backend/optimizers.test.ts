/** Optimizers that are off because a graph lacks their operators: what the runtime makes of it is the same, byte by byte. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseTrainingFile } from "../../../src/config/parseTrainingFile.js";
import { operatorsOf } from "../../../src/engine/graph/operators.js";
import { probeBlockSize } from "../../../src/engine/lowering/probeBlockSize.js";
import { decodeModel } from "../../../src/engine/onnx/decode.js";
import type { Backend } from "../../../src/engine/training/backend.js";
import { createTrainer } from "../../../src/engine/training/trainer.js";
import { createOnnxRuntimeBackend } from "../../../src/runtime/backend/onnxRuntimeBackend.js";
import { unwantedOptimizers } from "../../../src/runtime/backend/optimizers.js";
import { datasetOf, noise } from "../../engine/training/testRun.js";

let folder: string;
beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-optimizers-"))));
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const convolutions = "  - conv2d: { filters: 16, kernel: 3, padding: same, bias: false }\n  - batch_norm\n  - relu\n  - max_pool: 2\n  - flatten\n  - dense: 3";
const hasBlocks = (await probeBlockSize(createOnnxRuntimeBackend())) !== null;
const models: readonly (readonly [name: string, model: string, shape: readonly number[], lowering: string])[] = [
  ["dense layers", "  - dense: { units: 16, activation: relu }\n  - dense: { units: 8, activation: sigmoid }\n  - dense: 3", [16, 5], "plain"],
  ["layer norms, GELU and tanh", "  - dense: { units: 16, activation: gelu }\n  - layer_norm\n  - dense: { units: 8, activation: tanh }\n  - dense: 3", [16, 5], "plain"],
  ["convolutions", convolutions, [16, 1, 8, 8], "plain"],
  ...(hasBlocks ? [["convolutions in blocks", convolutions, [16, 16, 8, 8], "blocked"] as const] : []),
  ["an LSTM", "  - lstm: 8\n  - dense: 3", [16, 6, 4], "plain"],
  ["attention in the plain form", "  - dense: 8\n  - transformer: { blocks: 1, heads: 2 }\n  - global_avg_pool\n  - dense: 3", [16, 6, 4], "plain"],
  ["attention in pieces", "  - dense: 8\n  - transformer: { blocks: 1, heads: 2 }\n  - global_avg_pool\n  - dense: 3", [16, 6, 4], "tiled"],
];

/** Digests of the graphs that the runtime optimised, and how often its sessions were told the operators. */
async function optimised(name: string, told: boolean, [, model, shape, lowering]: (typeof models)[number]): Promise<{ readonly graphs: readonly string[]; readonly tellings: number }> {
  const kept = path.join(folder, name);
  const inner = createOnnxRuntimeBackend(() => undefined, kept);
  let tellings = 0;
  const backend: Backend = {
    ...inner,
    createSession: (bytes, { operators, ...options }) => {
      if (operators !== undefined) tellings++;
      if (operators !== undefined) expect(operators).toEqual(operatorsOf(decodeModel(bytes).graph));
      return inner.createSession(bytes, told && operators !== undefined ? { ...options, operators } : options);
    },
  };
  const { config, problems } = parseTrainingFile(`data: { train: unused.csv }\nmodel:\n${model}\nloss: cross_entropy\ntraining: { steps: 1, batch_size: 8 }\n`, { file: "graph.train.yaml" });
  expect(problems).toEqual([]);
  const inputs = { type: "float32" as const, dims: [...shape], data: Float32Array.from(noise(1, shape.reduce((a, b) => a * b, 1))) };
  const targets = { type: "int64" as const, dims: [shape[0]], data: BigInt64Array.from({ length: shape[0] }, (_, i) => BigInt(i % 3)) };
  const dataset = datasetOf(inputs, targets, { task: "classification", classes: ["a", "b", "c"], splits: { train: Int32Array.from({ length: shape[0] }, (_, i) => i), validation: new Int32Array(0), test: new Int32Array(0) } });
  const trainer = await createTrainer({ config: config!, dataset, backend, provider: "cpu", tuning: { threads: 1, chunkSteps: 1, lowering }, fixedChunks: true, resume: null, log: () => undefined });
  await trainer.next();
  await trainer.dispose();
  const digests = fs.readdirSync(kept).map((file) => createHash("sha256").update(fs.readFileSync(path.join(kept, file))).digest("hex"));
  return { graphs: digests.toSorted(), tellings };
}

describe("optimizers without operators to look for", () => {
  it.each(models)("leave a step of %s as it is", async (...model) => {
    const [all, fewer] = [await optimised("all", false, model), await optimised("fewer", true, model)];
    expect(fewer.tellings).toBeGreaterThan(0);
    expect(fewer.graphs.length).toBeGreaterThan(0);
    expect(fewer).toEqual(all);
  });

  it("are off, those whose operators are there are not", () => {
    const off = unwantedOptimizers(new Set(["Gemm", "Relu", "Transpose", "com.microsoft.nchwc.Conv"]));
    expect(off).toEqual(expect.arrayContaining(["NchwcTransformer", "MatMulAddFusion", "MatmulTransposeFusion", "ReshapeFusion"]));
    expect(off).not.toContain("GemmActivationFusion");
    expect(off).not.toContain("TransposeOptimizer");
    const none = unwantedOptimizers();
    expect(none).not.toContain("NchwcTransformer");
    expect(off).toEqual(expect.arrayContaining([...none]));
  });

  it("operators within loops and branches count", () => {
    const leaf = { name: "inner", inputs: [], outputs: [], initializers: new Map(), values: new Map(), nodes: [{ name: "a", op: "FusedMatMul", domain: "com.microsoft", inputs: [], outputs: ["a"], attributes: {} }] };
    const graph = { ...leaf, nodes: [{ name: "b", op: "If", domain: "", inputs: [], outputs: ["b"], attributes: { then_branch: { kind: "graph" as const, value: leaf } } }] };
    expect([...operatorsOf(graph)].toSorted()).toEqual(["If", "com.microsoft.FusedMatMul"].toSorted());
  });
});
