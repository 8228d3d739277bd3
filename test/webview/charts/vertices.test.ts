import { describe, expect, it } from "vitest";
import { LocalCurve, type View } from "../../../webview/charts/curve.js";
import { toVertices, Vertices } from "../../../webview/charts/vertices.js";
import { random } from "../harness/scenarios.js";

const view = (from: number, to: number, columns: number): View => ({ axis: "step", from, to, columns, log: false, origin: 0 });

function drawn(curve: LocalCurve, seen: View): Vertices {
  const vertices = new Vertices();
  toVertices(curve.columns(seen, 0), seen, vertices);
  return vertices;
}

function noisy(count: number, spike = -1): LocalCurve {
  const next = random(3);
  const curve = new LocalCurve();
  curve.append(Array.from({ length: count }, (_, i) => i + 1), Array.from({ length: count }, (_, i) => (i === spike ? 99 : next())));
  return curve;
}

describe("toVertices", () => {
  it("keeps every point while there is room for them", () => {
    const vertices = drawn(noisy(50), view(0, 50, 100));
    expect(vertices.count).toBe(50);
    expect(vertices.dense).toBe(false);
  });

  it("keeps the extremes of every column, a single spike among 200,000 points included", () => {
    const curve = noisy(200_000, 123_456);
    const vertices = drawn(curve, view(0, 200_000, 800));
    const y = vertices.y.subarray(0, vertices.count);
    expect(vertices.count).toBeLessThanOrEqual(800 * 2 + 4);
    expect(Math.max(...y)).toBe(99);
    expect(Math.min(...y)).toBe(curve.facts.min!.value);
    for (let i = 1; i < vertices.count; i++) expect(vertices.x[i]).toBeGreaterThanOrEqual(vertices.x[i - 1]);
  });

  it("draws a zoomed stretch with one point beyond each end", () => {
    const vertices = drawn(noisy(1000), view(100, 110, 300));
    expect([...vertices.x.subarray(0, vertices.count)]).toEqual([99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111]);
  });

  it("breaks the line where a whole column has no finite value, and only there, and marks every column with one that is not", () => {
    const curve = new LocalCurve();
    curve.append(Array.from({ length: 10_000 }, (_, i) => i), Array.from({ length: 10_000 }, (_, i) => (i >= 5000 && i < 6000 ? NaN : i === 7001 ? Infinity : 1 + (i % 2))));
    const vertices = drawn(curve, view(-0.5, 9999.5, 100));
    for (let i = 0; i < vertices.count; i++) expect(Number.isNaN(vertices.y[i])).toBe(vertices.x[i] >= 5000 && vertices.x[i] < 6000);
    const bad = vertices.marks.filter(({ flags }) => flags === 1);
    expect(bad.map(({ x }) => Math.floor((x + 0.5) / 100))).toEqual([50, 51, 52, 53, 54, 55, 56, 57, 58, 59]);
    expect(vertices.marks.filter(({ flags }) => flags === 2).map(({ x }) => Math.floor(x / 100))).toEqual([70]);
  });

  it("joins an answer that is finer and wider than the picture to its pixels, on a log axis too", () => {
    const curve = noisy(100_000, 777);
    for (const log of [false, true]) {
      const vertices = new Vertices();
      const seen: View = { ...view(100, 20_000, 200), log };
      toVertices(curve.columns({ ...seen, from: 10, to: 100_000, columns: 3000 }, 0), seen, vertices);
      expect(vertices.count).toBeLessThanOrEqual(404);
      expect(Math.max(...vertices.y.subarray(0, vertices.count))).toBe(99);
    }
  });
});
