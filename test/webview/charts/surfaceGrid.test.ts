import { describe, expect, it } from "vitest";
import { contour, contourLevels, extremes, heightScale, suitsLog, valueAt, type SurfaceGrid } from "../../../webview/charts/surfaceGrid.js";
import { firstView, projectionOf, turned, viewAfterKey } from "../../../webview/charts/surfaceView.js";

function gridOf(n: number, value: (x: number, y: number) => number): SurfaceGrid {
  const places = Float64Array.from({ length: n }, (_, i) => -1 + (2 * i) / (n - 1));
  return { x: places, y: places, values: Float64Array.from({ length: n * n }, (_, i) => value(places[i % n], places[Math.floor(i / n)])) };
}

describe("contours", () => {
  it("of a cone lie on circles, closed", () => {
    const segments = contour(gridOf(65, (x, y) => Math.hypot(x, y)), 0.6, false);
    const ends = new Map<string, number>();
    for (let i = 0; i < segments.length; i += 2) {
      expect(Math.hypot(segments[i], segments[i + 1])).toBeCloseTo(0.6, 3);
      const key = `${segments[i].toFixed(9)} ${segments[i + 1].toFixed(9)}`;
      ends.set(key, (ends.get(key) ?? 0) + 1);
    }
    expect(segments.length).toBeGreaterThan(100);
    expect([...ends.values()].every((count) => count === 2)).toBe(true);
    const length = Array.from({ length: segments.length / 4 }, (_, i) => Math.hypot(segments[4 * i + 2] - segments[4 * i], segments[4 * i + 3] - segments[4 * i + 1])).reduce((sum, one) => sum + one, 0);
    expect(length).toBeCloseTo(2 * Math.PI * 0.6, 2);
  });

  it("at a saddle do not cross, whichever side the middle is on", () => {
    const saddle = (middle: number): SurfaceGrid => ({ x: [0, 1], y: [0, 1], values: [1 + middle, -1 + middle, -1 + middle, 1 + middle] });
    for (const middle of [-0.5, 0.5]) {
      const [ax, ay, bx, by, cx, cy, dx, dy] = contour(saddle(middle), 0, false);
      // both lines cut off the corners that are not as the middle
      const corners = middle > 0 ? [[1, 0], [0, 1]] : [[0, 0], [1, 1]];
      const near = ([x, y]: readonly number[], [px, py]: readonly number[]): number => Math.hypot(x - px, y - py);
      const middles = [[(ax + bx) / 2, (ay + by) / 2], [(cx + dx) / 2, (cy + dy) / 2]];
      for (const corner of corners) expect(Math.min(...middles.map((one) => near(one, corner)))).toBeLessThan(0.5);
    }
  });

  it("leave out cells with a hole, and follow ratios on a logarithmic scale", () => {
    const grid = gridOf(5, (x) => (x > 0.9 ? Number.NaN : x));
    expect(contour(grid, 0.75, false)).toEqual([]);
    const exponential = gridOf(3, (x) => Math.exp(4 * x));
    const segments = contour(exponential, Math.exp(1), true);
    for (let i = 0; i < segments.length; i += 2) expect(segments[i]).toBeCloseTo(0.25, 9);
  });

  it("are at round levels strictly inside, evenly by value or by ratio", () => {
    expect(contourLevels(heightScale(gridOf(3, (x) => x), false), 4)).toEqual([-0.5, 0, 0.5]);
    const log = heightScale(gridOf(9, (x) => 10 ** (2 * x)), true);
    const levels = contourLevels(log, 9);
    expect(levels.length).toBeGreaterThan(6);
    expect(levels.every((level, i) => level > log.min && level < log.max && (i === 0 || level > levels[i - 1]))).toBe(true);
    expect(contourLevels(heightScale(gridOf(3, () => 1), false), 9)).toEqual([]);
  });
});

describe("heights", () => {
  it("run from 0 to 1, by value or by ratio; holes have none", () => {
    const grid = gridOf(3, (x, y) => (x === 0 && y === 0 ? Number.POSITIVE_INFINITY : 10 ** x));
    expect(suitsLog(grid)).toBe(true);
    const [linear, log] = [heightScale(grid, false), heightScale(grid, true)];
    expect([linear.share(0.1), linear.share(10), log.share(1)]).toEqual([0, 1, expect.closeTo(0.5, 12) as number]);
    expect([linear.share(Number.NaN), log.share(0)]).toEqual([Number.NaN, Number.NaN]);
    expect(extremes(grid)).toMatchObject({ low: { x: -1, value: 0.1 }, high: { x: 1, value: 10 } });
    expect(heightScale(gridOf(3, (x) => x), true).log).toBe(false); // negative values have no logarithm
    expect(extremes(gridOf(3, () => Number.NaN))).toBeNull();
  });

  it("between places are interpolated; outside and beside holes there is none", () => {
    const grid = gridOf(5, (x, y) => 2 * x - y);
    for (const [x, y] of [[0.1, 0.3], [-1, -1], [1, 1], [0.99, -0.2]]) expect(valueAt(grid, x, y)).toBeCloseTo(2 * x - y, 12);
    expect(valueAt(grid, 1.1, 0)).toBeNaN();
    expect(valueAt(gridOf(5, (x) => (x === 1 ? Number.NaN : x)), 0.75, 0)).toBeNaN();
    expect(valueAt(gridOf(5, (x) => (x === 1 ? Number.NaN : x)), 0.5, 0)).toBe(0.5);
  });
});

describe("views", () => {
  it("from above the floor is seen as it is, from the side it is a line", () => {
    const above = projectionOf({ turn: 0, tilt: Math.PI / 2, zoom: 1 }, 400, 400);
    const [left, right, near] = [above(-0.5, 0, 0.5), above(0.5, 0, 0.5), above(0, -0.5, 0.5)];
    expect(left.top).toBeCloseTo(right.top, 9);
    expect(left.left + right.left).toBeCloseTo(400, 9);
    expect(near.top).toBeGreaterThan(left.top + 50); // what is nearer lies lower
    const side = projectionOf({ turn: 0, tilt: 0, zoom: 1 }, 400, 400);
    expect(side(0, 0.5, 0.5).top).toBeCloseTo(side(0, -0.5, 0.5).top, 9);
    expect(side(0, 0, 1).top).toBeLessThan(side(0, 0, 0).top);
    expect(side(0, 0.5, 0).depth).toBeGreaterThan(side(0, -0.5, 0).depth);
  });

  it("turn with keys, within bounds, and come back", () => {
    expect(viewAfterKey(firstView, "ArrowRight", false)!.turn).toBeGreaterThan(firstView.turn);
    let view = firstView;
    for (let i = 0; i < 60; i++) view = viewAfterKey(view, "ArrowUp", true)!;
    expect(view.tilt).toBe(Math.PI / 2);
    expect(turned(view, { zoom: 100 }).zoom).toBe(4);
    expect(viewAfterKey(view, "Home", false)).toEqual(firstView);
    expect(viewAfterKey(view, "x", false)).toBeNull();
  });
});
