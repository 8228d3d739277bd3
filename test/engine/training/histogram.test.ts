import { describe, expect, it } from "vitest";
import { histogramOf } from "../../../src/engine/training/histogram.js";

describe("histogramOf", () => {
  it("counts every finite value once, those of several arrays together", () => {
    const values = Float32Array.from({ length: 300 }, (_, i) => i / 10);
    const { min, max, counts, sum, sumOfSquares, nonFinite } = histogramOf([values.subarray(0, 100), values.subarray(100), Float32Array.of(NaN, Infinity, -Infinity)]);
    expect([min, max, nonFinite]).toEqual([0, Math.fround(29.9), 3]);
    expect(counts).toHaveLength(30);
    expect(counts.reduce((a, b) => a + b)).toBe(300);
    for (const count of counts) expect(Math.abs(count - 10)).toBeLessThanOrEqual(1);
    expect(sum).toBeCloseTo(4485, 2);
    expect(sumOfSquares).toBeCloseTo(values.reduce((total, x) => total + x * x, 0), 2);
  });

  it("has one bucket where all values are equal, and none where none is finite", () => {
    expect(histogramOf([Float32Array.of(2, 2, 2)])).toMatchObject({ min: 2, max: 2, counts: [3] });
    expect(histogramOf([Float32Array.of(NaN)])).toMatchObject({ counts: [], nonFinite: 1 });
    expect(histogramOf([])).toMatchObject({ counts: [], nonFinite: 0 });
  });
});
