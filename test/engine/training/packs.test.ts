import { expect, it } from "vitest";
import { buildChunkGraph, type ChunkGraph } from "../../../src/engine/training/chunkGraph.js";
import { describeProblem } from "../../../src/engine/training/problem.js";
import type { TrainingConfig } from "../../../src/engine/training/config.js";
import { blobs, configOf, layersOf, lossesOf, runToEnd, trainerFor } from "./testRun.js";

/** Dense layers with batch norm; three groups of tensors that may not lie in one vector. */
function deep(layers: number, rest: Partial<TrainingConfig> = {}): TrainingConfig {
  const block = Array.from({ length: layers }, () => [["dense", { units: 5, activation: "tanh" }], ["batch_norm"]] as [string, Record<string, unknown>?][]).flat();
  return configOf({ model: layersOf(...block, ["dense", { units: 3 }]), ...rest });
}

function chunkOf(config: TrainingConfig): ChunkGraph {
  return buildChunkGraph({ problem: describeProblem(config, blobs()), batch: 8, lowering: { lowering: "plain", blockSize: null } });
}

it("carries small tensors in vectors, so that what is carried does not grow with the layers, and nodes grow in proportion", () => {
  const [few, more, most] = [20, 40, 80].map((layers) => chunkOf(deep(layers)));
  expect(most.carried.length).toBe(few.carried.length);
  expect(most.carried.length).toBeLessThan(8);
  // 8: what the layers' first differs in
  expect(Math.abs(most.nodes - more.nodes - 2 * (more.nodes - few.nodes))).toBeLessThan(8);
});

it("keeps apart what is moved differently, and leaves tensors whole where the update looks at them as a whole", () => {
  const partsOf = (config: TrainingConfig): string[][] => chunkOf(config).carried.flatMap(({ parts }) => (parts === null ? [] : [parts.map(({ name }) => name)]));
  const decaying = partsOf(deep(6, { regularization: { l1: 0, l2: 0, weightDecay: 0.1, maxNorm: null, activityL1: 0, activityL2: 0, includeBiases: false } as TrainingConfig["regularization"] }));
  for (const names of decaying) expect(new Set(names.map((name) => name.includes(".weight"))).size).toBe(1);
  const lamb = partsOf(deep(6, { optimizer: { kind: "lamb", arguments: { lr: 0.01 } } }));
  expect(lamb.flat().every((name) => name.includes("running_"))).toBe(true);
});

it("shows every tensor by its own name and shape, and goes on from them to the bit", async () => {
  const config = { ...deep(4), training: { ...deep(4).training, epochs: 2 } };
  const whole = await trainerFor(config, blobs());
  const losses = lossesOf(await runToEnd(whole));
  await whole.dispose();
  const first = await trainerFor(config, blobs(), { tuning: { threads: 1, chunkSteps: 5, lowering: "plain" } });
  const begun = lossesOf(await runToEnd(first, 5));
  const state = first.state();
  await first.dispose();
  for (const { name, shape } of chunkOf(config).carried.flatMap(({ name: own, shape: dims, parts }) => parts ?? [{ name: own, shape: dims }])) {
    expect(state.tensors[name].dims, name).toEqual(shape);
    expect(state.tensors[name].data.length, name).toBe(shape.reduce((a, b) => a * b, 1));
  }
  const second = await trainerFor(config, blobs(), { resume: state });
  expect([...begun, ...lossesOf(await runToEnd(second))]).toEqual(losses);
  await second.dispose();
});
