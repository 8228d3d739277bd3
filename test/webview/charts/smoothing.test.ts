import { describe, expect, it } from "vitest";
import { Series } from "../../../webview/charts/series.js";
import { SmoothedCurve } from "../../../webview/charts/smoothing.js";

const of = (...values: number[]) => Float64Array.from(values);

describe("SmoothedCurve", () => {
  it("has no start bias: a constant stays the constant from its first point", () => {
    const series = new Series();
    series.append(of(1, 2, 3, 4), of(7, 7, 7, 7));
    const curve = new SmoothedCurve(series, 0.9);
    curve.update();
    for (let i = 0; i < 4; i++) expect(curve.values[i]).toBeCloseTo(7, 12);
  });

  it("is the weighted mean of what came, w^(t-i) each", () => {
    const series = new Series();
    series.append(of(1, 2, 3), of(4, 1, 10));
    const curve = new SmoothedCurve(series, 0.5);
    curve.update();
    expect(curve.values[1]).toBeCloseTo((0.5 * 4 + 1) / 1.5, 12);
    expect(curve.values[2]).toBeCloseTo((0.25 * 4 + 0.5 * 1 + 10) / 1.75, 12);
  });

  it("leaves what is not finite in its place and out of the mean", () => {
    const series = new Series();
    series.append(of(1, 2, 3, 4), of(4, NaN, Infinity, 4));
    const curve = new SmoothedCurve(series, 0.9);
    curve.update();
    expect([...curve.values.subarray(0, 3)]).toEqual([4, NaN, Infinity].map((x, i) => (i === 0 ? expect.closeTo(4, 12) : x)));
    expect(curve.values[3]).toBeCloseTo(4, 12);
  });

  it("follows growth as if computed at once, and starts anew when points were taken back", () => {
    const grown = new Series();
    const curve = new SmoothedCurve(grown, 0.8);
    grown.append(of(1, 2, 3), of(3, 9, 2));
    curve.update();
    grown.append(of(3, 4, 5), of(5, 1, 8));
    curve.update();
    const whole = new Series();
    whole.append(of(1, 2, 3, 4, 5), of(3, 9, 5, 1, 8));
    const reference = new SmoothedCurve(whole, 0.8);
    reference.update();
    expect([...curve.values.subarray(0, curve.length)]).toEqual([...reference.values.subarray(0, reference.length)]);
  });
});
