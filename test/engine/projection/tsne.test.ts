import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { DescentError } from "../../../src/common/errors.js";
import { Tsne } from "../../../src/engine/projection/tsne.js";
import type { Points } from "../../../src/engine/projection/points.js";
import { RandomStream } from "../../../src/engine/random/stream.js";
import { projectionWasm } from "./projectionWasm.js";

const root = path.join(import.meta.dirname, "../../..");
/** scikit-learn's figures on the same points: see make.py beside it. */
const fixture = JSON.parse(readFileSync(path.join(root, "test/fixtures/projection/projection.json"), "utf8"));

let wasm: WebAssembly.Module;
beforeAll(async () => { wasm = await projectionWasm(); });

function digits(rows: number): { points: Points; labels: number[] } {
  const lines = readFileSync(path.join(root, "examples/data/digits.csv"), "utf8").trim().split("\n").slice(1, rows + 1).map((line) => line.split(",").map(Number));
  return { points: { data: Float32Array.from(lines.flatMap((line) => line.slice(0, 64))), rows, width: 64 }, labels: lines.map((line) => line[64]) };
}

function blobs(centres: number, each: number, width: number, distance: number): { points: Points; labels: number[] } {
  const random = new RandomStream(1, "blobs");
  const labels = Array.from({ length: centres * each }, (_, i) => i % centres);
  const data = Float32Array.from({ length: labels.length * width }, (_, i) => random.normal() + (i % width === labels[Math.floor(i / width)] ? distance : 0));
  return { points: { data, rows: labels.length, width }, labels };
}

function layoutOf(points: Points): Float32Array {
  const tsne = Tsne.prepare(wasm, points);
  tsne.advance(1000);
  return tsne.layout();
}

/** Indices of the k nearest of each point, exactly. */
function nearest({ data, rows, width }: Points, k: number): number[][] {
  return Array.from({ length: rows }, (_, i) => {
    const distance = (j: number) => { let sum = 0; for (let c = 0; c < width; c++) sum += (data[i * width + c] - data[j * width + c]) ** 2; return sum; };
    return Array.from({ length: rows }, (_j, j) => ({ j, d: j === i ? Infinity : distance(j) })).sort((a, b) => a.d - b.d).slice(0, k).map(({ j }) => j);
  });
}

/** Venna and Kaski's trustworthiness, within [0, 1]. */
function trustworthiness(points: Points, layout: Float32Array, k: number): number {
  const { rows } = points;
  const inData = nearest(points, rows - 1).map((order) => { const rank = new Int32Array(rows); order.forEach((j, r) => { rank[j] = r + 1; }); return rank; });
  let penalty = 0;
  nearest({ data: layout, rows, width: 2 }, k).forEach((near, i) => { for (const j of near) penalty += Math.max(0, inData[i][j] - k); });
  return 1 - (2 / (rows * k * (2 * rows - 3 * k - 1))) * penalty;
}

describe("1,000 digits", () => {
  const { points, labels } = digits(1000);
  let tsne: Tsne;
  let seconds: number;
  beforeAll(() => {
    const before = process.cpuUsage();
    tsne = Tsne.prepare(wasm, points);
    tsne.advance(1000);
    seconds = process.cpuUsage(before).user / 1e6; // of the processor: the machine may be busy
  });

  test("diverges from the neighbourhoods no more than scikit-learn's layouts, and is as trustworthy", () => {
    expect(tsne.done).toBe(true);
    const reference = Math.min(...fixture.divergences);
    expect(tsne.divergence()).toBeLessThan(1.03 * reference);
    expect(trustworthiness(points, tsne.layout(), 15)).toBeGreaterThan(Math.max(...fixture.trustworthiness) - 0.005);
    expect(seconds).toBeLessThan(20); // about 0.6; catches an algorithm of the wrong order
    console.info(`t-SNE of 1,000 digits: ${seconds.toFixed(2)} s, KL ${tsne.divergence().toFixed(4)} (scikit-learn ${reference.toFixed(4)})`);
  });

  test("keeps its classes together", () => {
    const near = nearest({ data: tsne.layout(), rows: 1000, width: 2 }, 1);
    expect(near.filter(([j], i) => labels[j] === labels[i]).length).toBeGreaterThan(950);
  });

  test("is the same to the bit a second time, however it is advanced", () => {
    const again = Tsne.prepare(wasm, points);
    while (!again.done) again.advance(70);
    expect(again.iteration).toBe(1000);
    expect(again.layout()).toEqual(tsne.layout());
  });

  test("started from a layout, it keeps that arrangement and its quality", () => {
    const first = tsne.layout();
    const again = Tsne.prepare(wasm, points, { start: first });
    again.advance(1000);
    const layout = again.layout();
    const correlation = (axis: number) => {
      const pairs = labels.map((_, i) => [first[2 * i + axis], layout[2 * i + axis]]);
      const sum = (f: (p: number[]) => number) => pairs.reduce((total, pair) => total + f(pair), 0);
      return sum(([a, b]) => a * b) / Math.sqrt(sum(([a]) => a * a) * sum(([, b]) => b * b));
    };
    expect(correlation(0)).toBeGreaterThan(0.9);
    expect(correlation(1)).toBeGreaterThan(0.9);
    expect(again.divergence()).toBeLessThan(1.03 * Math.min(...fixture.divergences));
  });
});

test("blobs far apart stay apart, also when they are wide enough to be reduced first", () => {
  for (const width of [10, 300]) {
    const { points, labels } = blobs(4, 60, width, 30);
    const layout = layoutOf(points);
    const near = nearest({ data: layout, rows: points.rows, width: 2 }, 10);
    expect(near.every((list, i) => list.every((j) => labels[j] === labels[i]))).toBe(true);
  }
});

test.each([1, 2, 3, 4, 5, 6, 20])("%i points: finite, and different points apart", (rows) => {
  const { points } = blobs(1, rows, 3, 0);
  const layout = layoutOf(points);
  expect(layout.length).toBe(2 * rows);
  expect(layout.every(Number.isFinite)).toBe(true);
  expect(new Set(Array.from({ length: rows }, (_, i) => `${layout[2 * i]} ${layout[2 * i + 1]}`)).size).toBe(rows);
});

test("duplicates lie on each other; the rest is laid out", () => {
  const { points } = blobs(2, 50, 5, 20);
  const data = points.data.slice();
  for (let i = 0; i < 40; i++) data.set(data.subarray(0, 5), i * 2 * 5);
  const layout = layoutOf({ ...points, data });
  expect(layout.every(Number.isFinite)).toBe(true);
  const spread = Math.max(...layout) - Math.min(...layout);
  for (let i = 0; i < 40; i++) expect(Math.hypot(layout[4 * i] - layout[0], layout[4 * i + 1] - layout[1])).toBeLessThan(spread / 10);
});

test("constant points all lie at 0", () => {
  expect(layoutOf({ data: new Float32Array(2000 * 4).fill(3), rows: 2000, width: 4 }).every((value) => value === 0)).toBe(true);
});

test("points of one value, or on a line, still get the plane", () => {
  const data = Float32Array.from({ length: 200 }, (_, i) => i);
  const layout = layoutOf({ data, rows: 200, width: 1 });
  const span = (axis: number) => { const values = Array.from(data, (_, i) => layout[2 * i + axis]); return Math.max(...values) - Math.min(...values); };
  expect(Math.min(span(0), span(1))).toBeGreaterThan(1);
});

test.each([Number.NaN, Infinity])("%d is refused with its place", (bad) => {
  const { points } = blobs(1, 5, 3, 0);
  points.data[7] = bad;
  expect(() => Tsne.prepare(wasm, points)).toThrow(expect.objectContaining({ code: "projection-not-finite", message: expect.stringContaining("Point 2") }) as DescentError);
});
