import { describe, expect, it } from "vitest";
import { configOf, datasetOf, layersOf, lossesOf, noise, plain, runToEnd, trainerFor } from "./testRun.js";

/** Images of 8 x 8 that are brighter in one half. */
function halves(examples: number) {
  const u = noise(3, examples * 64);
  const data = Float32Array.from(u, (value, i) => value + (Math.floor((i % 64) / 32) === Math.floor(i / 64) % 2 ? 0.5 : 0));
  return datasetOf(
    { type: "float32", dims: [examples, 1, 8, 8], data },
    { type: "int64", dims: [examples], data: BigInt64Array.from({ length: examples }, (_, i) => BigInt(i % 2)) },
    { task: "classification", classes: ["top", "bottom"], inputKind: "image" },
  );
}

const model = layersOf(["conv2d", { filters: 12, kernel: 3, activation: "relu" }], ["max_pool", { size: 2 }], ["conv2d", { filters: 16, kernel: 3 }], ["flatten"], ["dense", { units: 2 }]);

describe("accumulated micro-batches of a convolutional network", () => {
  const losses = async (batchSize: number, accumulate: number, lowering: string): Promise<number[]> =>
    lossesOf(await runToEnd(await trainerFor(configOf({ model, training: { batchSize, accumulate, epochs: 4 } }), halves(40), { tuning: { ...plain, lowering } })));

  // a mean of means over equal parts is the mean: no normalisation and no dropout is in this model; 40 examples leave a rest
  it.each(["plain", "blocked"])("are the batch that they make up (%s)", async (lowering) => {
    const whole = await losses(32, 1, "plain");
    const pieces = await losses(8, 4, lowering);
    expect(pieces).toHaveLength(whole.length);
    pieces.forEach((loss, i) => expect(Math.abs(loss - whole[i])).toBeLessThan(1e-5 * Math.abs(whole[i]) + 1e-6));
    expect(pieces.at(-1)!).toBeLessThan(pieces[0]);
  });
});
