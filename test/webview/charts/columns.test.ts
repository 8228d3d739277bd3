import { describe, expect, it } from "vitest";
import { reduceToColumns, Vertices } from "../../../webview/charts/columns.js";
import { Series } from "../../../webview/charts/series.js";
import { random } from "../harness/scenarios.js";

function noisy(count: number): Series {
  const next = random(3);
  const series = new Series();
  series.append(Float64Array.from({ length: count }, (_, i) => i + 1), Float64Array.from({ length: count }, () => next()));
  return series;
}

describe("reduceToColumns", () => {
  it("keeps every point while there is room for them", () => {
    const vertices = new Vertices();
    reduceToColumns(noisy(50), 0, 50, 100, vertices);
    expect(vertices.count).toBe(50);
    expect(vertices.dense).toBe(false);
  });

  it("keeps the extremes of every column, a single spike among 200,000 points included", () => {
    const series = noisy(200_000);
    series.values[123_456] = 99;
    series.pyramid.truncate(123_456);
    series.pyramid.extend(series.values, series.length);
    const vertices = new Vertices();
    reduceToColumns(series, 0, 200_000, 800, vertices);
    const drawn = vertices.y.subarray(0, vertices.count);
    expect(vertices.count).toBeLessThanOrEqual(800 * 2 + 4);
    expect(Math.max(...drawn)).toBe(99);
    expect(Math.min(...drawn)).toBe(series.values.subarray(0, series.length).reduce((least, x) => Math.min(least, x)));
    for (let i = 1; i < vertices.count; i++) expect(vertices.x[i]).toBeGreaterThanOrEqual(vertices.x[i - 1]);
  });

  it("draws a zoomed stretch with one point beyond each end", () => {
    const vertices = new Vertices();
    reduceToColumns(noisy(1000), 100, 110, 300, vertices);
    expect([...vertices.x.subarray(0, vertices.count)]).toEqual([99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110]);
  });

  it("breaks the line where a whole column has no finite value, and only there", () => {
    const series = new Series();
    series.append(Float64Array.from({ length: 10_000 }, (_, i) => i), Float64Array.from({ length: 10_000 }, (_, i) => (i >= 5000 && i < 6000 ? NaN : i % 2 === 0 ? 1 : NaN)));
    const vertices = new Vertices();
    reduceToColumns(series, 0, 10_000, 100, vertices);
    for (let i = 0; i < vertices.count; i++) expect(Number.isNaN(vertices.y[i])).toBe(vertices.x[i] > 5000 && vertices.x[i] < 6000);
  });

  it("keeps uneven steps in order", () => {
    const series = new Series();
    let step = 0;
    const steps = Float64Array.from({ length: 20_000 }, (_, i) => (step += i % 1000 === 0 ? 5000 : 1));
    series.append(steps, steps.map((x) => Math.sin(x)));
    const vertices = new Vertices();
    reduceToColumns(series, 0, step, 500, vertices);
    for (let i = 1; i < vertices.count; i++) expect(vertices.x[i]).toBeGreaterThanOrEqual(vertices.x[i - 1]);
    expect(vertices.x[vertices.count - 1]).toBeGreaterThan(step - step / 500);
  });
});
