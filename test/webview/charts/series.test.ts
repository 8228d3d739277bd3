import { describe, expect, it } from "vitest";
import { nearestIndex, Series } from "../../../webview/charts/series.js";

const of = (...values: number[]) => Float64Array.from(values);

describe("Series", () => {
  it("grows beyond its first capacity and keeps what it had", () => {
    const series = new Series();
    for (let start = 0; start < 5000; start += 100) series.append(Float64Array.from({ length: 100 }, (_, i) => start + i + 1), Float64Array.from({ length: 100 }, (_, i) => (start + i) / 2));
    expect(series.length).toBe(5000);
    expect(series.steps[4999]).toBe(5000);
    expect(series.values[1234]).toBe(617);
  });

  it("gives way where steps come again: a resumed run goes back to its checkpoint", () => {
    const series = new Series();
    series.append(of(1, 2, 3, 4, 5), of(10, 20, NaN, 40, NaN));
    series.append(of(4, 5, 6), of(41, 51, 61));
    expect([...series.steps.subarray(0, series.length)]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...series.values.subarray(0, series.length)]).toEqual([10, 20, NaN, 41, 51, 61]);
    expect(series.nonFinite).toEqual([2]);
    const out = new Float64Array(2);
    series.pyramid.range(series.values, 0, series.length, out);
    expect([...out]).toEqual([10, 61]);
  });

  it("knows whether its steps are even", () => {
    const series = new Series();
    series.append(of(10), of(0));
    expect(series.stride).toBe(0);
    series.append(of(20, 30), of(0, 0));
    series.append(of(40), of(0));
    expect(series.stride).toBe(10);
    series.append(of(45), of(0));
    expect(series.stride).toBe(0);
  });

  it("finds the nearest point", () => {
    const series = new Series();
    expect(nearestIndex(series, 3)).toBe(-1);
    series.append(of(10, 20, 30), of(1, 2, 3));
    expect([5, 14, 16, 30, 99].map((step) => nearestIndex(series, step))).toEqual([0, 0, 1, 2, 2]);
  });
});
