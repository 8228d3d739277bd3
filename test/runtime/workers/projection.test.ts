import path from "node:path";
import { mkdtempSync, cpSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as esbuild from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RandomStream } from "../../../src/engine/random/stream.js";
import { ProjectionClient } from "../../../src/runtime/workers/projectionClient.js";
import { buildAssembly } from "../../../scripts/assembly.mjs";

const root = path.join(import.meta.dirname, "../../..");
let dist: string;
let client: ProjectionClient;

beforeAll(async () => {
  dist = mkdtempSync(path.join(tmpdir(), "descent-projection-"));
  mkdirSync(path.join(dist, "wasm"));
  cpSync(await buildAssembly(), path.join(dist, "wasm", "tsne.wasm"));
  await esbuild.build({ entryPoints: ["projection", "projectionHelper"].map((name) => path.join(root, `src/runtime/workers/${name}.ts`)), bundle: true, platform: "node", format: "cjs", outdir: path.join(dist, "workers") });
  client = new ProjectionClient(dist);
});
afterAll(async () => {
  await client.dispose();
  rmSync(dist, { recursive: true });
});

function cloud(rows: number, width: number): Float32Array {
  const random = new RandomStream(3, "cloud");
  return Float32Array.from({ length: rows * width }, () => random.normal());
}

test("layouts come while they form, and the last is the same a second time", async () => {
  const iterations: number[] = [];
  const first = await client.project(cloud(300, 20), 300, 20, { method: "tsne", onLayout: (layout, iteration) => { expect(layout.length).toBe(600); iterations.push(iteration); }, every: 100 }).done;
  expect(iterations).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900]);
  const second = await client.project(cloud(300, 20), 300, 20, { method: "tsne" }).done;
  expect(second).toEqual(first);
});

test("several threads give the same layout, and UMAP its own", async () => {
  const one = await client.project(cloud(300, 20), 300, 20, { method: "tsne" }).done;
  expect(await client.project(cloud(300, 20), 300, 20, { method: "tsne", threads: 3 }).done).toEqual(one);
  const seen: number[] = [];
  const umap = await client.project(cloud(300, 20), 300, 20, { method: "umap", threads: 2, every: 100, onLayout: (_layout, epoch) => seen.push(epoch) }).done;
  expect(seen).toEqual([100, 200, 300, 400]);
  expect(umap).toEqual(await client.project(cloud(300, 20), 300, 20, { method: "umap" }).done);
  expect(umap).not.toEqual(await client.project(cloud(300, 20), 300, 20, { method: "umap", seed: 3 }).done);
});

test("principal components, also of points with one value", async () => {
  const layout = await client.project(cloud(50, 4), 50, 4, { method: "pca" }).done;
  expect(layout?.length).toBe(100);
  const line = await client.project(Float32Array.of(1, 2, 4), 3, 1, { method: "pca" }).done;
  expect(Array.from(line ?? []).map((value) => Math.round(value * 1000) / 1000)).toEqual([-1.333, 0, -0.333, 0, 1.667, 0]);
});

test("a cancelled request ends soon with nothing; those behind it are answered", async () => {
  const long = client.project(cloud(3000, 10), 3000, 10, { method: "tsne" });
  const waiting = client.project(cloud(100, 4), 100, 4, { method: "tsne" });
  long.cancel();
  expect(await long.done).toBeNull();
  expect((await waiting.done)?.length).toBe(200);
});

test("values that are not finite are refused with their code", async () => {
  const points = cloud(10, 4);
  points[5] = Number.NaN;
  await expect(client.project(points, 10, 4, { method: "tsne" }).done).rejects.toMatchObject({ code: "projection-not-finite" } );
});

test("a worker that cannot start fails what waits, and nothing hangs", async () => {
  const broken = new ProjectionClient(path.join(dist, "nowhere"));
  await expect(broken.project(cloud(10, 4), 10, 4, { method: "tsne" }).done).rejects.toMatchObject({ code: "projection-failed" });
  await broken.dispose();
});
