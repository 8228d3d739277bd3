/** An index in the data beyond what an imported embedding has: told before the first step where it is read as it is, by the lookup's own failure else. */
import { expect, it } from "vitest";
import { newGraph } from "../../../src/engine/ops/inference.js";
import type { Model } from "../../../src/engine/graph/types.js";
import { createTrainer } from "../../../src/engine/training/trainer.js";
import { backend, datasetOf, plain } from "../training/testRun.js";
import { importedConfig } from "./importedRun.js";

/** The mean of the vectors of three indices, and a linear layer; `shifted` adds one to every index first. */
function embeddingModel(shifted: boolean): Model {
  const graph = newGraph();
  const x = graph.input("x", "int64", ["n", 3]);
  const weights = (name: string, dims: readonly number[]) => graph.initializer(name, { type: "float32", dims, data: Float32Array.from({ length: dims[0] * dims[1] }, (_, i) => Math.cos(i)) });
  const places = shifted ? graph.op("Add", [x, graph.ints([1])]) : x;
  const vectors = graph.op("Gather", [weights("words", [10, 4]), places], {}, { name: "lookup" });
  graph.output(graph.op("MatMul", [graph.op("ReduceMean", [vectors, graph.ints([1])], { keepdims: 0 }), weights("fc", [4, 2])]));
  return { graph: graph.build("embedding"), opsets: new Map([["", 20]]), irVersion: 9, metadata: new Map() };
}

async function train(shifted: boolean, largest: number): Promise<void> {
  const inputs = { type: "float32" as const, dims: [8, 3], data: Float32Array.from({ length: 24 }, (_, i) => (i === 17 ? largest : i % 7)) };
  const dataset = datasetOf(inputs, { type: "int64", dims: [8], data: BigInt64Array.from({ length: 8 }, (_, i) => BigInt(i % 2)) }, { task: "classification", classes: ["a", "b"] });
  const config = importedConfig(embeddingModel(shifted), { training: { steps: 2 } });
  const trainer = await createTrainer({ config, dataset, backend, provider: "cpu", tuning: plain, resume: null, log: () => {} });
  try {
    await trainer.next();
  } finally {
    await trainer.dispose();
  }
}

it("is named with the table, at the model's line", async () => {
  await expect(train(false, 10)).rejects.toMatchObject({ code: "embedding-indices", message: "The model looks up words, which has the indices 0 to 9, and the data hold 10.", location: { path: "model.onnx" } });
  await expect(train(false, -11)).rejects.toMatchObject({ code: "embedding-indices" });
});

it("is named with the node where the model computes indices of its own", async () => {
  await expect(train(true, 9)).rejects.toMatchObject({ code: "embedding-indices", message: expect.stringMatching(/looks up the index 10 .*0 to 9/), location: { path: "model" } });
});

it("is none where the table reaches, counted from its end too", async () => {
  await train(false, 9);
  await train(false, -10);
  await train(true, 8);
});
