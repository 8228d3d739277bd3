import { describe, expect, it } from "vitest";
import { Series } from "../../../src/common/series/series.js";
import { SmoothedSeries } from "../../../src/common/series/smoothed.js";

function seriesOf(steps: number[], values: number[]): Series {
  const series = new Series();
  series.append(steps, values);
  return series;
}

function smoothed(series: Series, weight: number): number[] {
  const one = new SmoothedSeries(series, weight);
  one.update();
  return Array.from({ length: one.length }, (_, i) => one.values.get(i));
}

describe("SmoothedSeries", () => {
  it("has no start bias: a constant stays the constant from its first point", () => {
    for (const value of smoothed(seriesOf([1, 2, 3, 4], [7, 7, 7, 7]), 0.9)) expect(value).toBeCloseTo(7, 6);
  });

  it("is the weighted mean of what came, w^(t-i) each", () => {
    const values = smoothed(seriesOf([1, 2, 3], [4, 1, 10]), 0.5);
    expect(values[1]).toBeCloseTo((0.5 * 4 + 1) / 1.5, 6);
    expect(values[2]).toBeCloseTo((0.25 * 4 + 0.5 * 1 + 10) / 1.75, 6);
  });

  it("leaves what is not finite in its place, and begins anew behind it", () => {
    const values = smoothed(seriesOf([1, 2, 3, 4, 5], [4, NaN, Infinity, 9, 9]), 0.9);
    expect(values[0]).toBeCloseTo(4, 6);
    expect(values.slice(1, 3)).toEqual([NaN, Infinity]);
    expect(values[3]).toBeCloseTo(9, 6);
  });

  it("does not leak over a gap in the steps", () => {
    const values = smoothed(seriesOf([1, 2, 3, 500, 501], [4, 4, 4, 9, 9]), 0.9);
    expect(values[3]).toBeCloseTo(9, 6);
    expect(values[4]).toBeCloseTo(9, 6);
  });

  it("follows growth as if computed at once, and starts anew when points were taken back", () => {
    const grown = seriesOf([1, 2, 3], [3, 9, 2]);
    const curve = new SmoothedSeries(grown, 0.8);
    curve.update();
    grown.append([3, 4, 5], [5, 1, 8]);
    curve.update();
    expect(Array.from({ length: curve.length }, (_, i) => curve.values.get(i))).toEqual(smoothed(seriesOf([1, 2, 3, 4, 5], [3, 9, 5, 1, 8]), 0.8));
  });
});
