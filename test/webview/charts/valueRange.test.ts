import { describe, expect, it } from "vitest";
import { valueRange } from "../../../webview/charts/valueRange.js";
import { Vertices } from "../../../webview/charts/vertices.js";

function line(values: number[]): Vertices {
  const vertices = new Vertices();
  vertices.clear(values.length);
  vertices.x.set([...values.keys()]);
  vertices.y.set(values);
  vertices.count = values.length;
  return vertices;
}
const steady = Array.from({ length: 100 }, (_, i) => 1 + (i % 10) / 10);

describe("valueRange", () => {
  it("holds every value in view with a margin; none that is negative where no value is", () => {
    const range = valueRange([line([0.01, 5, 3])], 0, 2, { log: false, clip: false });
    expect(range).toMatchObject({ min: 0, below: null, above: null });
    expect(range.max).toBeGreaterThan(5);
    expect(valueRange([line([1, 5, 100])], 0, 1, { log: false, clip: false }).max).toBeLessThan(6);
  });

  it("leaves outliers out where it is asked to, and tells how far they lie", () => {
    const values = steady.with(7, 1e6).with(50, -40);
    expect(valueRange([line(values)], 0, 99, { log: false, clip: false }).max).toBeGreaterThan(1e6);
    const clipped = valueRange([line(values)], 0, 99, { log: false, clip: true });
    expect(clipped).toMatchObject({ below: -40, above: 1e6 });
    expect(clipped.max).toBeLessThan(4);
    expect(clipped.min).toBeGreaterThan(-2);
  });

  it("a constant whose last digit single precision has rounded is flat", () => {
    expect(valueRange([line([0.01, Math.fround(0.01), 0.01])], 0, 2, { log: false, clip: false })).toMatchObject({ min: expect.closeTo(0.005, 6), max: expect.closeTo(0.015, 6) });
  });

  it("clips nothing where nothing lies far out, on a log axis neither", () => {
    for (const log of [false, true]) expect(valueRange([line(steady)], 0, 99, { log, clip: true })).toMatchObject({ below: null, above: null });
    const falling = Array.from({ length: 100 }, (_, i) => 10 ** (-i / 20));
    expect(valueRange([line(falling)], 0, 99, { log: true, clip: true })).toMatchObject({ below: null, above: null });
  });
});
