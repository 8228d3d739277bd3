import path from "node:path";
import { expect, test } from "vitest";
import { loadDataset } from "../../src/files/loadDataset.js";
import { dataConfig, files } from "../engine/data/testConfig.js";

const folder = path.join(import.meta.dirname, "../../examples/data");
const log = () => {};

test("10,000 MNIST digits stay bytes, are split by class, and load fast", async () => {
  const config = dataConfig({ train: files("t10k-images-idx3-ubyte.gz"), labels: "t10k-labels-idx1-ubyte.gz", scaling: "unit" });
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    const before = process.cpuUsage();
    await loadDataset(config, { folder, log });
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  // milliseconds of the processor, about 100; the bound only catches a slip by a factor
  expect(Math.min(...times)).toBeLessThan(1500);
  const dataset = await loadDataset(config, { folder, log });
  expect(dataset.task).toBe("classification");
  expect(dataset.inputKind).toBe("image");
  expect(dataset.inputs.type).toBe("uint8");
  expect(dataset.inputs.dims).toEqual([10000, 1, 28, 28]);
  expect(dataset.inputDivisor).toBe(255);
  expect(dataset.scaling).toEqual({ kind: "unit", offset: [0], divisor: [255] });
  expect(dataset.classes).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  expect(Array.from((dataset.targets.data as BigInt64Array).subarray(0, 10), Number)).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
  expect([dataset.splits.train.length, dataset.splits.validation.length, dataset.splits.test.length]).toEqual([8000, 1000, 1000]);
  expect(dataset.rawStatistics[0].max).toBe(255);
  expect(dataset.rawStatistics[0].mean).toBeCloseTo(33.8, 0);
});

test("the labels beside a file of images are found by their name", async () => {
  const dataset = await loadDataset(dataConfig({ train: files("t10k-images-*.gz"), limit: 100 }), { folder, log });
  expect(dataset.inputs.dims).toEqual([100, 1, 28, 28]);
  expect(Number((dataset.targets.data as BigInt64Array)[0])).toBe(7);
});
