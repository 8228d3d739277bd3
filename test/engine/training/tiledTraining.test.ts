/** Training in the form for a processor's cache. */
import { expect, it } from "vitest";
import { measureTuning } from "../../../src/engine/training/tuning.js";
import { backend, configOf, datasetOf, layersOf, lossesOf, noise, runToEnd, trainerFor } from "./testRun.js";

const examples = 24;
const sequences = datasetOf(
  { type: "float32", dims: [examples, 6, 8], data: Float32Array.from(noise(1, examples * 48)) },
  { type: "int64", dims: [examples], data: BigInt64Array.from(noise(2, examples), (u) => BigInt(Math.floor(3 * u))) },
  { task: "classification", classes: ["a", "b", "c"], inputKind: "sequence" },
);
const model = layersOf(["transformer", { blocks: 2, heads: 2, causal: true, dropout: 0 }], ["layer_norm", { epsilon: 1e-5, affine: true }], ["flatten"], ["dense", { units: 3 }]);

it.each([{ batchSize: 8, accumulate: 1 }, { batchSize: 5, accumulate: 2 }])("gives the plain form's losses, $batchSize examples, $accumulate at a time", async (training) => {
  const run = async (lowering: string, threads: number): Promise<readonly number[]> => {
    const trainer = await trainerFor(configOf({ model, training: { ...training, epochs: 4 } }), sequences, { tuning: { threads, chunkSteps: 3, lowering } });
    const losses = lossesOf(await runToEnd(trainer));
    await trainer.dispose();
    return losses;
  };
  const expected = await run("plain", 1);
  for (const threads of [1, 2]) (await run("tiled", threads)).forEach((loss, i) => expect(Math.abs(loss / expected[i] - 1)).toBeLessThan(2e-5));
  expect(expected.length).toBeGreaterThan(8);
});

it("is tried for a model with attention, and by name for no other", async () => {
  const tried: string[] = [];
  const log = (_: string, text: string): void => void tried.push(text);
  await measureTuning({ config: configOf({ model }), dataset: sequences, backend, provider: "cpu", cores: 1, log });
  await measureTuning({ config: configOf({ model: layersOf(["flatten"], ["dense", { units: 3 }]) }), dataset: sequences, backend, provider: "cpu", cores: 1, log });
  expect(tried.filter((text) => text.startsWith("tiled"))).toHaveLength(1);
});
