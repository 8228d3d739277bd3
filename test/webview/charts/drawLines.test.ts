import { expect, it } from "vitest";
import { type DrawnLine, isNoise, PixelPlane, type Projection } from "../../../webview/charts/drawLines.js";
import { Vertices } from "../../../webview/charts/vertices.js";
import { random } from "../harness/scenarios.js";

const line = (values: readonly number[]) => ({ y: Float64Array.from(values), count: values.length });
const linear = { ky: -100, log: false };

it("takes a line that runs up and down within the columns for noise, and no smooth or sparse one", () => {
  const noise = Array.from({ length: 1800 }, (_, i) => (i % 2 === 0 ? 0 : 0.5));
  expect(isNoise(line(noise), 900, linear)).toBe(true);
  expect(isNoise(line(noise.slice(0, 900)), 900, linear)).toBe(false);
  expect(isNoise(line(Array.from({ length: 1800 }, (_, i) => Math.exp(-i / 400))), 900, linear)).toBe(false);
  expect(isNoise(line(noise.map((value) => value / 10)), 900, linear)).toBe(false);
});

it("measures by what is seen on a logarithmic axis, and passes over values that are not finite", () => {
  const decades = Array.from({ length: 1800 }, (_, i) => (i % 2 === 0 ? 1e-6 : 1e-5));
  expect(isNoise(line(decades), 900, linear)).toBe(false);
  expect(isNoise(line(decades), 900, { ky: -100, log: true })).toBe(true);
  expect(isNoise(line(Array.from({ length: 1800 }, (_, i) => (i % 2 === 0 ? NaN : 1))), 900, linear)).toBe(false);
});

const area = { left: 7, top: 5, right: 127, bottom: 85 };

/** The same picture drawn as a painter does: from the back to the front, each line over those before it. */
function painted(lines: readonly DrawnLine[], { kx, bx, ky, by }: Projection, width: number, height: number): Uint32Array {
  const pixels = new Uint32Array(width * height);
  for (const { vertices, colour, alpha, dashed, width: thickness } of lines) {
    const [red, green, blue] = colour;
    const word = ((Math.round(alpha * 255) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
    let before: readonly [number, number] | null = null;
    for (let i = 0; i < vertices.count; i++) {
      if (!Number.isFinite(vertices.y[i])) {
        before = null;
        continue;
      }
      const [px, py] = [Math.floor(vertices.x[i] * kx + bx - area.left), Math.floor(vertices.y[i] * ky + by - area.top)];
      const [fromX, fromY] = before ?? [px, py];
      for (let column = Math.max(0, px === fromX ? px : fromX + 1); column <= px && column < width; column++) {
        if (dashed && column % 10 >= 6) continue;
        const at = (place: number) => fromY + ((py - fromY) * (place - fromX)) / (px - fromX);
        const [a, b] = px === fromX ? [fromY, py] : [at(column - 1), at(column)];
        for (let right = column; right < Math.min(width, column + thickness); right++) {
          for (let row = Math.max(0, Math.floor(Math.min(a, b))); row <= Math.min(height - 1, Math.floor(Math.max(a, b))); row++) pixels[row * width + right] = word;
        }
      }
      before = [px, py];
    }
  }
  return pixels;
}

it("sets the pixels that painting the lines over each other from the back would leave, gaps, dashes, wide and faint ones among them", () => {
  const next = random(11);
  const [width, height] = [120, 80];
  const projection: Projection = { kx: 120, bx: 7, ky: -70, by: 80, log: false, logX: false, origin: 0 };
  const plane = new PixelPlane(width, height);
  for (const points of [2, 17, 90, 600]) {
    const lines = Array.from({ length: 40 }, (_, k): DrawnLine => {
      const vertices = new Vertices();
      vertices.clear(points);
      const spread = k % 5 === 0 ? 1.6 : 0.1;
      for (let i = 0; i < points; i++) {
        vertices.x[i] = (i / (points - 1)) * 1.2 - 0.1;
        vertices.y[i] = next() < 0.05 ? NaN : k / 40 + (next() - 0.5) * spread;
      }
      vertices.count = points;
      return { vertices, colour: [k * 6, 255 - k * 6, k % 7, 255], alpha: k % 3 === 0 ? 0.35 : 1, dashed: k % 2 === 1, width: 1 + (k % 3), points: false };
    });
    plane.clear();
    plane.draw(lines, area, projection, 1);
    const expected = painted(lines, projection, width, height);
    expect(expected.filter((word) => word !== 0).length).toBeGreaterThan(500);
    expect(plane.pixels.findIndex((word, i) => word !== expected[i])).toBe(-1);
  }
});
