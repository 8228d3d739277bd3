import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { dropTrailAfter, listTrail, WeightTrail } from "../../src/runs/weightTrail.js";

let folder: string;
let now = 0;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-trail-"));
  now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
});
afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Offers the weights of every `stride`th step up to `last`, a second apart. */
function walk(trail: WeightTrail, last: number, bytes: number, { from = 0, stride = 10 } = {}): number[] {
  for (let step = from + stride; step <= last; step += stride) {
    now += 1000;
    if (trail.isDue(step)) trail.keep(step, new Uint8Array(bytes));
  }
  return listTrail(folder).map(({ step }) => step);
}

it("keeps every point while they are few, then every second one, evenly", () => {
  expect(walk(new WeightTrail(folder), 100, 100)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
  const steps = walk(new WeightTrail(folder), 5000, 100, { from: 100 });
  expect(steps.length).toBeGreaterThan(12);
  expect(steps.length).toBeLessThanOrEqual(32);
  expect(steps[0]).toBe(10);
  const gaps = steps.slice(1).map((step, i) => step - steps[i]);
  expect(Math.max(...gaps) / Math.min(...gaps)).toBeLessThanOrEqual(2);
  expect(steps.at(-1)).toBeGreaterThan(4500);
});

it("keeps within 16 MB, nothing of large models, and at most five points a second", () => {
  const steps = walk(new WeightTrail(folder), 2000, 2 ** 20);
  expect(steps.length).toBeLessThanOrEqual(16);
  fs.rmSync(path.join(folder, "weights"), { recursive: true });
  expect(walk(new WeightTrail(folder), 2000, 3 * 2 ** 20)).toEqual([]);
  const trail = new WeightTrail(folder);
  for (let step = 1; step <= 1000; step++) {
    now += 1;
    if (trail.isDue(step)) trail.keep(step, new Uint8Array(10));
  }
  expect(listTrail(folder).length).toBe(5);
});

it("goes back with a resumed run", () => {
  walk(new WeightTrail(folder), 100, 100);
  dropTrailAfter(folder, 45);
  expect(listTrail(folder).map(({ step }) => step)).toEqual([10, 20, 30, 40]);
  expect(walk(new WeightTrail(folder), 60, 100, { from: 45, stride: 5 })).toEqual([10, 20, 30, 40, 50, 60]);
});
