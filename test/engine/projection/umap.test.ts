import { readFileSync } from "node:fs";
import path from "node:path";
import { Worker } from "node:worker_threads";
import * as esbuild from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import { DescentError } from "../../../src/common/errors.js";
import { fuzzyGraph } from "../../../src/engine/projection/fuzzyGraph.js";
import { instantiateKernels } from "../../../src/engine/projection/kernels.js";
import { nearestNeighbours } from "../../../src/engine/projection/neighbours.js";
import { Team, type Helpers } from "../../../src/engine/projection/team.js";
import { Tsne } from "../../../src/engine/projection/tsne.js";
import { curveOf, Umap } from "../../../src/engine/projection/umap.js";
import type { Points } from "../../../src/engine/projection/points.js";
import { RandomStream } from "../../../src/engine/random/stream.js";
import { projectionWasm } from "./projectionWasm.js";

const root = path.join(import.meta.dirname, "../../..");
/** umap-learn's figures on the same points: see umap.py beside it. */
const fixture = JSON.parse(readFileSync(path.join(root, "test/fixtures/projection/umap.json"), "utf8"));

let wasm: WebAssembly.Module;
beforeAll(async () => { wasm = await projectionWasm(); });

function digits(): Points {
  const lines = readFileSync(path.join(root, "examples/data/digits.csv"), "utf8").trim().split("\n").slice(1, 601).map((line) => line.split(",").map(Number));
  return { data: Float32Array.from(lines.flatMap((line) => line.slice(0, 48))), rows: 600, width: 48 };
}

function cloud(rows: number, width: number): Points {
  const random = new RandomStream(5, "cloud");
  return { data: Float32Array.from({ length: rows * width }, (_, i) => random.normal() + (i % width === Math.floor(i / width) % 7 ? 8 : 0)), rows, width };
}

function neighboursOf(points: Points, k: number, exactUpTo?: number, helpers: Helpers | null = null) {
  const kernels = instantiateKernels(wasm);
  const team = new Team(kernels, wasm, helpers);
  const found = nearestNeighbours(kernels, team, points, k, exactUpTo);
  team.dismiss();
  return found;
}

/** Each point's others, nearest first. */
function ranked({ data, rows, width }: Points): Int32Array[] {
  return Array.from({ length: rows }, (_, i) => {
    const distance = Float64Array.from({ length: rows }, (_j, j) => {
      let sum = j === i ? Infinity : 0;
      for (let c = 0; c < width; c++) sum += (data[i * width + c] - data[j * width + c]) ** 2;
      return sum;
    });
    return Int32Array.from(distance.keys()).sort((a, b) => distance[a] - distance[b]);
  });
}

/** Trustworthiness (Venna and Kaski, 2001), and the share of the k nearest in the data that are so in the layout. */
function quality(points: Points, layout: Float32Array, k: number): { trustworthiness: number; kept: number } {
  const { rows } = points;
  const inData = ranked(points);
  const inLayout = ranked({ data: layout, rows, width: 2 });
  let [penalty, kept] = [0, 0];
  for (let i = 0; i < rows; i++) {
    const rank = new Int32Array(rows);
    inData[i].forEach((j, r) => (rank[j] = r + 1));
    for (const j of inLayout[i].subarray(0, k)) {
      penalty += Math.max(0, rank[j] - k);
      if (rank[j] <= k) kept++;
    }
  }
  return { trustworthiness: 1 - (2 / (rows * k * (2 * rows - 3 * k - 1))) * penalty, kept: kept / (rows * k) };
}

function layoutOf(points: Points, options: Parameters<typeof Umap.prepare>[2] = {}): Float32Array {
  const umap = Umap.prepare(wasm, points, options);
  while (!umap.done) umap.advance(40);
  return umap.layout();
}

test("the curve of the layout's distances is umap-learn's", () => {
  for (const { minimum, ab } of fixture.curves) {
    const { a, b } = curveOf(minimum);
    expect(a).toBeCloseTo(ab[0], 3);
    expect(b).toBeCloseTo(ab[1], 3);
  }
});

test("the fuzzy neighbourhoods of digits are umap-learn's", () => {
  const whole = digits();
  // integers are often equally far apart: a little moved, every point has its own order of neighbours
  const points = { ...whole, data: whole.data.map((value, i) => value + 0.05 * Math.sin(i * 12.9898)) };
  const { heads, weights } = fuzzyGraph(neighboursOf(points, 14), 600);
  const sums = new Float64Array(600);
  heads.forEach((head, i) => (sums[head] += weights[i]));
  expect(heads.length).toBe(fixture.edges);
  sums.forEach((sum, i) => expect(Math.abs(sum - fixture.row_sums[i])).toBeLessThan(2e-3));
});

describe("600 digits", () => {
  test("are laid out as trustworthily as by umap-learn, and the same a second time", () => {
    const points = digits();
    const layout = layoutOf(points);
    const { trustworthiness, kept } = quality(points, layout, 15);
    expect(trustworthiness).toBeGreaterThan(Math.min(...fixture.trustworthiness) - 0.002);
    expect(kept).toBeGreaterThan(Math.min(...fixture.kept) - 0.02);
    console.info(`UMAP of 600 digits: trustworthiness ${trustworthiness.toFixed(4)} (umap-learn ${fixture.trustworthiness.map((t: number) => t.toFixed(4)).join(", ")}), ${(100 * kept).toFixed(1)} % of neighbours kept (${fixture.kept.map((t: number) => (100 * t).toFixed(1)).join(", ")})`);
    expect(layoutOf(points)).toEqual(layout);
    expect(layoutOf(points, { seed: 1 })).not.toEqual(layout);
  });

  test("started from a layout, keep that arrangement", () => {
    const points = digits();
    const layout = layoutOf(points);
    const again = layoutOf(points, { start: layout });
    const correlation = (axis: number) => {
      const pairs = Array.from({ length: 600 }, (_, i) => [layout[2 * i + axis], again[2 * i + axis]]);
      const [ma, mb] = [0, 1].map((k) => pairs.reduce((sum, pair) => sum + pair[k], 0) / 600);
      const sum = (f: (a: number, b: number) => number) => pairs.reduce((total, [a, b]) => total + f(a - ma, b - mb), 0);
      return sum((a, b) => a * b) / Math.sqrt(sum((a) => a * a) * sum((_, b) => b * b));
    };
    expect(correlation(0)).toBeGreaterThan(0.9);
    expect(correlation(1)).toBeGreaterThan(0.9);
    expect(quality(points, again, 15).trustworthiness).toBeGreaterThan(Math.min(...fixture.trustworthiness) - 0.004);
  });
});

test.each([1, 2, 3, 10])("%i points: finite, and different points apart", (rows) => {
  const layout = layoutOf(cloud(rows, 3));
  expect(layout.length).toBe(2 * rows);
  expect(layout.every(Number.isFinite)).toBe(true);
  expect(new Set(Array.from({ length: rows }, (_, i) => `${layout[2 * i]} ${layout[2 * i + 1]}`)).size).toBe(rows);
});

test("constant points stay where they are; NaN is refused", () => {
  expect(layoutOf({ data: new Float32Array(400).fill(2), rows: 100, width: 4 }).every(Number.isFinite)).toBe(true);
  expect(() => Umap.prepare(wasm, { data: Float32Array.of(1, Number.NaN, 3, 4), rows: 2, width: 2 })).toThrow(expect.objectContaining({ code: "projection-not-finite" }) as DescentError);
});

test("searched by clusters, nearly all neighbours are the nearest", () => {
  const points = cloud(3000, 12);
  const exact = neighboursOf(points, 15);
  const near = neighboursOf(points, 15, 100);
  let found = 0;
  for (let i = 0; i < 3000; i++) {
    const own = new Set(exact.indices.subarray(i * 15, i * 15 + 15));
    for (const j of near.indices.subarray(i * 15, i * 15 + 15)) if (own.has(j)) found++;
  }
  expect(found / (3000 * 15)).toBeGreaterThan(0.97);
});

test("helpers change no bit of a layout, nor of neighbours", async () => {
  const { outputFiles } = await esbuild.build({ entryPoints: [path.join(root, "src/runtime/workers/projectionHelper.ts")], bundle: true, platform: "node", format: "cjs", write: false });
  const workers: Worker[] = [];
  const helpers: Helpers = { count: 2, start: (handed) => void workers.push(new Worker(outputFiles[0].text, { eval: true, workerData: handed })) };
  const points = digits();
  const [alone, together] = [null, helpers].map((help) => {
    const tsne = Tsne.prepare(wasm, points, { helpers: help });
    tsne.advance(150);
    tsne.dispose();
    return tsne.layout();
  });
  expect(together).toEqual(alone);
  expect(neighboursOf(points, 14, undefined, helpers)).toEqual(neighboursOf(points, 14));
  const ended = workers.map((worker) => new Promise((resolve) => worker.once("exit", resolve)));
  expect(await Promise.all(ended)).toEqual(workers.map(() => 0)); // sent home
}, 60_000);
