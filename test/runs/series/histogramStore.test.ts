import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { histogramOf } from "../../../src/engine/training/histogram.js";
import { EventFileWriter } from "../../../src/runs/events/eventFileWriter.js";
import { CurveStore } from "../../../src/runs/series/curveStore.js";
import { HistogramStore } from "../../../src/runs/series/histogramStore.js";
import { readCurves } from "../../../src/runs/series/readCurves.js";

const folder = () => fs.mkdtempSync(path.join(os.tmpdir(), "descent-histograms-"));

it("a run's histograms come back from its event files, those of a stretch that was given up do not", async () => {
  const run = folder();
  const values = Float32Array.of(-1, 0, 0.5, 0.25, 1);
  const write = (first: number, steps: number[]) => {
    const writer = new EventFileWriter(path.join(run, "train"), first);
    for (const step of steps) {
      writer.scalars(0, step, ["loss"], [step]);
      writer.histogram(0, step, "weights/block/dense_1", histogramOf([values.map((value) => value * step)]));
      writer.histogram(0, step, "strange/dense_1", histogramOf([values]));
    }
    writer.close();
  };
  write(1, [10, 20, 30]);
  write(15, [20, 40]);
  const [curves, histograms] = [new CurveStore(), new HistogramStore()];
  expect(await readCurves(run, curves, histograms)).toEqual([]);
  const found = histograms.of("block/dense_1");
  expect(found.map(({ of, step, min, max }) => [of, step, min, max])).toEqual([["weights", 10, -10, 10], ["weights", 20, -20, 20], ["weights", 40, -40, 40]]);
  expect(found[0].counts).toEqual(histogramOf([values]).counts);
  expect(histograms.of("dense_1")).toEqual([]);
  expect(curves.series.get("train/loss")!.length).toBe(3);
  fs.rmSync(run, { recursive: true });
});

it("very many histograms of a layer are thinned out, the first and the last stay near", () => {
  const store = new HistogramStore();
  for (let step = 1; step <= 5000; step++) store.add({ layer: "a", of: "weights", step, min: 0, max: 1, counts: [1] });
  const steps = store.of("a").map(({ step }) => step);
  expect(steps.length).toBeLessThanOrEqual(401);
  expect(steps[0]).toBe(1);
  expect(steps.at(-1)).toBe(5000);
});
