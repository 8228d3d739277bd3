import { expect, it } from "vitest";
import { blobs, configOf, layersOf, plain, runToEnd, trainerFor } from "./testRun.js";

it("activations and gradients of some examples are those of the mean loss: X^T (softmax - onehot) / n", async () => {
  const dataset = blobs();
  const trainer = await trainerFor(configOf({ model: layersOf(["dense", { units: 3 }]), training: { epochs: 2 } }), dataset, { tuning: { ...plain, chunkSteps: 20 } });
  await runToEnd(trainer);
  const indices = dataset.splits.validation.slice(0, 9);
  const { activations, gradients, weights } = await trainer.anatomy(indices);
  const x = await trainer.activations("inputs", indices);
  const logits = activations.get("dense_0")!;
  expect(Array.from(logits)).toEqual(Array.from((await trainer.activations("dense_0", indices)).data).map((value) => expect.closeTo(value, 5) as number));
  const n = indices.length;
  const errors = Array.from({ length: n }, (_, i) => {
    const row = Array.from(logits.subarray(3 * i, 3 * i + 3), Math.exp);
    const total = row.reduce((a, b) => a + b);
    return row.map((value, k) => value / total - (Number(dataset.targets.data[indices[i]]) === k ? 1 : 0));
  });
  const bias = gradients.get("dense_0.bias")!;
  for (let k = 0; k < 3; k++) expect(bias[k]).toBeCloseTo(errors.reduce((sum, row) => sum + row[k], 0) / n, 5);
  const weight = gradients.get("dense_0.weight")!;
  expect(weights.get("dense_0.weight")).toHaveLength(weight.length);
  const expected = Array.from({ length: x.width }, (_, f) => [0, 1, 2].map((k) => errors.reduce((sum, row, i) => sum + row[k] * x.data[i * x.width + f], 0) / n));
  const inOut = expected.flat();
  const outIn = [0, 1, 2].flatMap((k) => expected.map((row) => row[k]));
  const distance = (other: number[]) => Math.max(...other.map((value, i) => Math.abs(value - weight[i])));
  expect(Math.min(distance(inOut), distance(outIn))).toBeLessThan(1e-5);
  await trainer.dispose();
});
