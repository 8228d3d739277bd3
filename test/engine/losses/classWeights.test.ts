import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { LossConfig } from "../../../src/engine/training/config.js";
import { configOf, datasetOf, layersOf, lossesOf, runToEnd, trainerFor } from "../training/testRun.js";

/** Made by PyTorch: see classWeights.py beside it. */
const fixture = JSON.parse(readFileSync(path.join(import.meta.dirname, "../../fixtures/sequences/classWeights.json"), "utf8"));
const cases = Object.entries(fixture.cases as Record<string, { width: number; losses: number[] }>);

const dataset = datasetOf(
  { type: "float32", dims: [24, 3], data: Float32Array.from(fixture.inputs) },
  { type: "int64", dims: [24], data: BigInt64Array.from(fixture.labels as number[], BigInt) },
  { task: "classification", classes: ["no", "yes"] },
);

describe("class weights", () => {
  it.each(cases)("%s is PyTorch's", async (name, { width, losses }) => {
    const kind = name.split(",")[0] as LossConfig["kind"];
    const run = await trainerFor(
      configOf({
        model: layersOf(["dense", { units: width }]), loss: { kind, arguments: { class_weights: { no: 0.5, yes: 4 } } },
        optimizer: { kind: "sgd", arguments: { lr: 0.1 } }, training: { batchSize: "full", epochs: 10 },
      }),
      dataset,
      { start: { "dense_0.weight": { dims: [3, width], data: Float32Array.from(fixture.start[width]) } } },
    );
    lossesOf(await runToEnd(run)).forEach((loss, i) => expect(Math.abs(loss / losses[i] - 1), `step ${i + 1}`).toBeLessThan(1e-5));
    await run.dispose();
  });
});
