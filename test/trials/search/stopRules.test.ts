import { describe, expect, it } from "vitest";
import { bestUntil, isBelowMedian, isOutsideRung, rungsOf } from "../../../src/trials/search/stopRules.js";

const curve = (...values: number[]) => ({ epochs: values.map((_, i) => i + 1), values });

describe("the median rule", () => {
  const completed = [0.9, 0.7, 0.5, 0.4, 0.3].map((last) => curve(1, 0.9, last));
  // running averages at epoch 3: 0.933, 0.867, 0.8, 0.767, 0.733
  it("stops what is at its best worse than the median of running averages", () => {
    expect(isBelowMedian(curve(1, 0.95, 0.81), completed, 1, true)).toBe(true);
    expect(isBelowMedian(curve(1, 0.95, 0.79), completed, 1, true)).toBe(false);
    expect(isBelowMedian(curve(0.79, 2, 2), completed, 1, true)).toBe(false);
    expect(isBelowMedian(curve(0, 0.05, 0.1), completed.map(({ epochs, values }) => ({ epochs, values: values.map((x) => 1 - x) })), 1, false)).toBe(true);
  });
  it("says nothing early, or from few", () => {
    expect(isBelowMedian(curve(5, 5), completed, 3, true)).toBe(false);
    expect(isBelowMedian(curve(5, 5, 5), completed.slice(1), 1, true)).toBe(false);
  });
  it("takes a value that is not finite as the worst", () => {
    expect(isBelowMedian(curve(Number.NaN, Number.NaN), completed, 1, true)).toBe(true);
    expect(isBelowMedian(curve(5), completed.map(() => curve(Number.NaN)), 1, true)).toBe(false);
  });
});

describe("successive halving", () => {
  it("has rungs at powers of its factor", () => {
    expect(rungsOf(1, 3, 30)).toEqual([1, 3, 9, 27]);
    expect(rungsOf(1, 3, 27)).toEqual([1, 3, 9]);
    expect(rungsOf(2, 2, 1)).toEqual([]);
  });
  it("lets the best third of those that reached a rung go on", () => {
    const others = [0.1, 0.2, 0.3, 0.4, 0.5].map((value) => curve(value));
    expect(isOutsideRung(curve(0.15), others, [1, 3], 3, true)).toBe(false);
    expect(isOutsideRung(curve(0.25), others, [1, 3], 3, true)).toBe(true);
    expect(isOutsideRung(curve(0.25), [], [1, 3], 3, true)).toBe(false);
    expect(isOutsideRung(curve(Number.NaN), others, [1, 3], 3, true)).toBe(true);
  });
  it("decides each rung once, on reaching it", () => {
    const others = [0.1, 0.2].map((value) => curve(value));
    expect(isOutsideRung(curve(0.9, 0.9), others, [1, 3], 3, true)).toBe(false);
    expect(isOutsideRung(curve(0.9, 0.9, 0.9), others, [1, 3], 3, true)).toBe(false);
    expect(isOutsideRung(curve(0.9, 0.9, 0.9), [curve(0.1, 0.1, 0.1)], [1, 3], 3, true)).toBe(true);
  });
  /** 81 trials whose order never changes, epoch by epoch in turn: what goes on at each rung is about a third, and the best is among it. */
  it("keeps the best of many, at a fraction of the training", () => {
    const rungs = rungsOf(1, 3, 27);
    const trials = Array.from({ length: 81 }, (_, i) => ({ quality: ((i * 37) % 81) / 81, epochs: [] as number[], values: [] as number[], stopped: false }));
    for (const trial of trials) {
      for (let epoch = 1; epoch <= 27 && !trial.stopped; epoch++) {
        trial.epochs.push(epoch);
        trial.values.push(trial.quality + 1 / epoch);
        trial.stopped = isOutsideRung(trial, trials.filter((other) => other !== trial && other.epochs.length > 0), rungs, 3, true);
      }
    }
    const done = trials.filter(({ stopped }) => !stopped);
    expect(Math.min(...done.map(({ quality }) => quality))).toBe(0);
    const spent = trials.reduce((sum, { epochs }) => sum + epochs.length, 0);
    expect(spent).toBeLessThan(0.25 * 81 * 27);
    expect(done.length).toBeLessThan(12);
  });
});

it("the best value until an epoch", () => {
  expect(bestUntil(curve(3, 1, 2), 2, true)).toBe(1);
  expect(bestUntil(curve(3, 1, 2), 1, true)).toBe(3);
  expect(bestUntil(curve(3, 1, 2), 0.5, true)).toBe(null);
  expect(bestUntil(curve(Number.NaN, 1), 2, false)).toBe(1);
});
