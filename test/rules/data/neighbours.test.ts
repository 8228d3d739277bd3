import fs from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { loadDataset } from "../../../src/files/loadDataset.js";
import { neighbourQuality } from "../../../src/rules/data/neighbours.js";
import { soundFile } from "../datasets.js";

const root = path.join(import.meta.dirname, "..", "..", "..");
const reference = JSON.parse(fs.readFileSync(path.join(root, "test", "fixtures", "rules", "neighbours.json"), "utf8")) as { iris: { asked: number; accuracy: number }; diabetes: { asked: number; r2: number } };

async function qualityOf(data: string) {
  const parsed = soundFile(`data: ${data}\nmodel: [dense: 3]\n`);
  return neighbourQuality(await loadDataset(parsed.config!, { folder: root, log: () => undefined }));
}

it("answers for classes as scikit-learn's neighbours do, but for votes of two against two", async () => {
  const quality = await qualityOf("{ train: bench/diagnosis/data/iris.csv, split: { validation: 0, test: 0 } }");
  expect(quality?.asked).toBe(reference.iris.asked);
  expect(Math.abs(quality!.value - reference.iris.accuracy)).toBeLessThanOrEqual(2.5 / 150);
});

it("answers for numbers as scikit-learn's neighbours do, whatever the columns' scale", async () => {
  for (const scaling of ["none", "minmax"]) {
    const quality = await qualityOf(`{ train: examples/data/diabetes.csv, scaling: ${scaling}, split: { validation: 0, test: 0 } }`);
    expect(quality?.asked).toBe(reference.diabetes.asked);
    expect(quality!.value).toBeCloseTo(reference.diabetes.r2, 3);
  }
});

it("says nothing of a few examples, of text and of several targets", async () => {
  expect(await qualityOf("{ train: { generate: two_moons, examples: 40 } }")).toBeNull();
  expect(await qualityOf("{ train: examples/data/diabetes.csv, target: [progression, glucose] }")).toBeNull();
});
