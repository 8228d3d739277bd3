import { describe, expect, it } from "vitest";
import { measureTuning, tuningKey } from "../../../src/engine/training/tuning.js";
import { backend, blobs, configOf, datasetOf, layersOf, lossesOf, noise, runToEnd, trainerFor } from "./testRun.js";

describe("tuning", () => {
  it("tries threads and forms of the step, and its choice trains", async () => {
    const images = datasetOf(
      { type: "float32", dims: [32, 1, 12, 12], data: Float32Array.from(noise(1, 32 * 144)) },
      { type: "int64", dims: [32], data: BigInt64Array.from(noise(2, 32), (u) => BigInt(Math.floor(3 * u))) },
      { task: "classification", classes: ["a", "b", "c"] },
    );
    const config = configOf({ model: layersOf(["conv2d", { filters: 16, activation: "relu" }], ["flatten"], ["dense", { units: 3 }]), training: { batchSize: 16, epochs: 2 }, threads: "auto" });
    const tried: string[] = [];
    const tuning = await measureTuning({ config, dataset: images, backend, provider: "cpu", cores: 2, log: (_, text) => tried.push(text) });
    expect(tried.length).toBeGreaterThan(0);
    expect([1, 2]).toContain(tuning.threads);
    expect(["plain", "blocked"]).toContain(tuning.lowering);
    expect(tuning.chunkSteps).toBeGreaterThanOrEqual(1);
    const trainer = await trainerFor(config, images, { tuning });
    expect(lossesOf(await runToEnd(trainer)).every(Number.isFinite)).toBe(true);
    await trainer.dispose();
  });

  it("keeps to the file's threads", async () => {
    const tuning = await measureTuning({ config: configOf({ threads: 1 }), dataset: blobs(), backend, provider: "cpu", cores: 2, log: () => undefined });
    expect([tuning.threads, tuning.lowering]).toEqual([1, "plain"]);
  });

  it("is stored by what the step's graph depends on", () => {
    const key = tuningKey(configOf({}), blobs());
    expect(tuningKey(configOf({ training: { epochs: 99 }, seed: 4 }), blobs(120))).toBe(key);
    for (const other of [configOf({ model: layersOf(["dense", { units: 4 }]) }), configOf({ training: { batchSize: 9 } }), configOf({ optimizer: { kind: "sgd", arguments: {} } }), configOf({ threads: 2 })]) {
      expect(tuningKey(other, blobs())).not.toBe(key);
    }
  });
});
