/** Looking into a run from outside its process: the loss around its weights, its filters, what its layers make of an example. */
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeState } from "../../../src/engine/training/stateFile.js";
import type { Inspection, InspectionRequest } from "../../../src/protocol/inspection.js";
import { surfaceSchema, type LossSurface, type SurfaceWish } from "../../../src/protocol/surface.js";
import { readNewestState } from "../../../src/runs/checkpoints.js";
import { readSurfaces } from "../../../src/runs/surfacesFile.js";
import { RunInspector } from "../../../src/runtime/client/runInspector.js";
import { runJob } from "../../../src/runtime/client/runJob.js";
import { buildProduct, objects, type Product } from "../../helpers/product.js";

const data = path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "examples", "data");
let product: Product;
/** A small network on digits, with a checkpoint an epoch. */
let run: string;

async function train(name: string, text: string, code = 0): Promise<string> {
  const result = await product.descent("train", product.trainingFile(name, text), "--json");
  expect(result.code, result.stderr).toBe(code);
  return objects(result.stdout)[0].run as string;
}

beforeAll(async () => {
  product = await buildProduct();
  run = await train("digits.train.yaml", `data: { train: ${JSON.stringify(path.join(data, "t10k-images-idx3-ubyte.gz"))}, labels: ${JSON.stringify(path.join(data, "t10k-labels-idx1-ubyte.gz"))}, limit: 300, scaling: unit, split: { validation: 0.2, test: 0 } }
model: [{ conv2d: { filters: 4, kernel: 5, activation: relu } }, { max_pool: 2 }, { conv2d: { filters: 6, kernel: 3, activation: relu } }, flatten, { dense: 10 }]
optimizer: { adam: { lr: 3e-3 } }
training: { epochs: 4, batch_size: 20, checkpoint: { every_epochs: 1, keep: 10 } }
seed: 1
`);
}, 120_000);
afterAll(() => product.dispose());

const wish: SurfaceWish = { directions: "random", seed: 0, reach: 1, points: 17, split: "train" };
const surface = async (folder: string, more: Partial<SurfaceWish> = {}, options: { onSurface?: (surface: LossSurface) => void; signal?: AbortSignal; onProgress?: (text: string, fraction: number | null) => void } = {}) =>
  surfaceSchema.parse(await runJob({ job: "surface", run: folder, live: false, wish: { ...wish, ...more } }, { runtimePath: product.runtimePath, ...options }));

describe("the loss surface of a run", () => {
  it("comes coarse first and finer, with progress, lies lowest about its weights, and is kept", async () => {
    const grids: LossSurface[] = [];
    const fractions: number[] = [];
    const last = await surface(run, {}, { onSurface: (grid) => grids.push(grid), onProgress: (_, fraction) => fraction !== null && fractions.push(fraction) });
    expect(grids.map(({ x }) => x.length)).toEqual([9, 17]);
    expect(grids.at(-1)).toEqual(last);
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(last).toMatchObject({ step: 48, split: "train", examples: 240, path: null });
    const losses = last.losses as number[];
    expect(last.centre).toBe(losses[8 * 17 + 8]);
    // a network that has learnt: everywhere at the rim the loss is higher than at its weights
    const rim = losses.filter((_, i) => i < 17 || i >= 16 * 17 || i % 17 === 0 || i % 17 === 16);
    expect(Math.min(...rim)).toBeGreaterThan(2 * (last.centre as number));
    expect(await readSurfaces(run)).toEqual([last]);
    expect((await surface(run)).losses).toEqual(last.losses); // the same again, and in its place
    expect(await readSurfaces(run)).toHaveLength(1);
    expect((await surface(run, { seed: 5 })).losses).not.toEqual(last.losses);
    expect(await readSurfaces(run)).toHaveLength(2);
  }, 60_000);

  it("lies along the path of its checkpoints", async () => {
    const { path: along, x, y, centre, losses } = await surface(run, { directions: "path" });
    expect(along!.steps).toEqual([0, 12, 24, 36, 48]);
    expect([along!.x.at(-1), along!.y.at(-1)]).toEqual([0, 0]);
    expect(along!.losses.at(-1)).toBe(centre);
    expect(along!.losses[0]).toBeGreaterThan(2); // as drawn: about ln 10
    expect(along!.variance[0] + along!.variance[1]).toBeGreaterThan(0.8);
    for (const [places, axis] of [[along!.x, x], [along!.y, y]] as const) {
      expect(Math.min(...places)).toBeGreaterThan(axis[0]);
      expect(Math.max(...places)).toBeLessThan(axis.at(-1)!);
    }
    expect(losses.every((loss) => typeof loss === "number")).toBe(true);
  }, 60_000);

  it("is cancelled by ending its process, and leaves nothing behind", async () => {
    const folder = path.join(product.folder, "cancelled");
    fs.cpSync(run, folder, { recursive: true });
    fs.rmSync(path.join(folder, "surfaces.json"));
    const cancel = new AbortController();
    const cancelled = surface(folder, { points: 65 }, { signal: cancel.signal, onSurface: () => cancel.abort() });
    await expect(cancelled).rejects.toMatchObject({ code: "cancelled" });
    expect(fs.existsSync(path.join(folder, "surfaces.json"))).toBe(false);
  }, 60_000);

  it("says why there is none: one step only, no checkpoint, no such split", async () => {
    const short = path.join(product.folder, "short");
    fs.cpSync(run, short, { recursive: true });
    for (const name of fs.readdirSync(path.join(short, "checkpoints"))) if (name.endsWith(".state") && !name.includes("48")) fs.rmSync(path.join(short, "checkpoints", name));
    fs.rmSync(path.join(short, "weights"), { recursive: true, force: true });
    await expect(surface(short, { directions: "path" })).rejects.toMatchObject({ code: "path-too-short", message: expect.stringContaining("two steps only (0 and 48)") as string });
    fs.rmSync(path.join(short, "checkpoints"), { recursive: true });
    await expect(surface(short)).rejects.toMatchObject({ code: "run-without-checkpoint" });
    const alone = await train("alone.train.yaml", "data: { train: { generate: two_moons, examples: 60 }, split: { validation: 0, test: 0 } }\nmodel: [{ dense: { units: 4, activation: tanh } }, { dense: 2 }]\ntraining: { epochs: 2 }\n");
    await expect(surface(alone, { split: "validation" })).rejects.toMatchObject({ code: "split-empty" });
    expect((await surface(alone)).losses).toHaveLength(17 * 17);
  }, 60_000);
});

describe("the layers of a run", () => {
  let inspector: RunInspector;
  beforeAll(() => {
    inspector = new RunInspector(run, { runtimePath: product.runtimePath, live: () => false });
  });
  afterAll(() => inspector.dispose());

  async function ask<Of extends Inspection["of"]>(request: InspectionRequest & { ask: Of }): Promise<Extract<Inspection, { of: Of }>> {
    const result = await inspector.ask(request);
    if (!result.ok) throw Object.assign(new Error(result.error.message), { code: result.error.code });
    return result.value as Extract<Inspection, { of: Of }>;
  }
  const floats = (text: string) => new Float32Array(new Uint8Array(Buffer.from(text, "base64")).buffer);

  it("are those that convolve and those with axes of place", async () => {
    const { layers, steps, splits } = await ask({ ask: "outline" });
    expect(layers).toEqual([
      { name: "conv2d_1", kind: "conv2d", maps: { count: 4, height: 24, width: 24 }, filters: { count: 4, planes: 1, height: 5, width: 5, colour: false } },
      { name: "max_pool_1", kind: "max_pool", maps: { count: 4, height: 12, width: 12 }, filters: null },
      { name: "conv2d_2", kind: "conv2d", maps: { count: 6, height: 10, width: 10 }, filters: { count: 6, planes: 4, height: 3, width: 3, colour: false } },
    ]);
    expect(steps).toEqual([0, 12, 24, 36, 48]);
    expect(splits).toEqual([{ split: "validation", count: 60 }, { split: "train", count: 240 }]);
  });

  it("filters are the checkpoint's, page by page", async () => {
    const state = (await readNewestState(run, decodeState))!;
    const whole = state.tensors["conv2d_2.weight"].data;
    const page = await ask({ ask: "filters", layer: "conv2d_2", step: 48, offset: 2, limit: 3 });
    expect(page).toMatchObject({ offset: 2, count: 3, planes: 4, height: 3, width: 3, step: 48, min: Math.min(...whole), max: Math.max(...whole) });
    expect(floats(page.values)).toEqual(whole.slice(2 * 36, 5 * 36));
    const before = await ask({ ask: "filters", layer: "conv2d_2", step: 0, offset: 2, limit: 3 });
    expect(before.values).not.toBe(page.values);
  });

  it("maps are the layer's outputs for the example: convolution and ReLU by hand", async () => {
    const { examples } = await ask({ ask: "examples", split: "validation", mistakes: false, offset: 7, limit: 1 });
    const { index, content } = examples[0];
    if (content.kind !== "image") throw new Error("no image");
    const pixels = Buffer.from(content.pixels, "base64");
    const maps = await ask({ ask: "activations", layer: "conv2d_1", step: 48, example: index, offset: 0, limit: 4 });
    const state = (await readNewestState(run, decodeState))!;
    const [weight, bias] = [state.tensors["conv2d_1.weight"].data, state.tensors["conv2d_1.bias"].data];
    const expected = Float32Array.from({ length: 4 * 24 * 24 }, (_, i) => {
      const [filter, row, column] = [Math.floor(i / 576), Math.floor((i % 576) / 24), i % 24];
      let sum = bias[filter];
      for (let dy = 0; dy < 5; dy++) for (let dx = 0; dx < 5; dx++) sum += (weight[filter * 25 + dy * 5 + dx] * pixels[(row + dy) * 28 + column + dx]) / 255;
      return Math.max(0, sum);
    });
    const found = floats(maps.values);
    expect(Math.max(...found.map((value, i) => Math.abs(value - expected[i])))).toBeLessThan(1e-5);
    expect(maps.max).toBe(Math.max(...found));
    expect((await ask({ ask: "activations", layer: "max_pool_1", step: 48, example: index, offset: 0, limit: 4 })).max).toBe(maps.max);
  });

  it("lists the mistakes alone, and says what there is not", async () => {
    const all = await ask({ ask: "examples", split: "validation", mistakes: false, offset: 0, limit: 120 });
    const wrong = await ask({ ask: "examples", split: "validation", mistakes: true, offset: 0, limit: 120 });
    expect(wrong.examples.map(({ index }) => index)).toEqual(all.examples.filter(({ actual, predicted }) => actual !== predicted).map(({ index }) => index));
    expect(wrong.total).toBe(wrong.examples.length);
    expect(wrong.total).toBeGreaterThan(0);
    const refused = async (request: InspectionRequest) => {
      const result = await inspector.ask(request);
      return result.ok ? null : result.error.code;
    };
    expect(await refused({ ask: "filters", layer: "max_pool_1", step: 48, offset: 0, limit: 1 })).toBe("no-filters");
    expect(await refused({ ask: "filters", layer: "dense_1", step: 48, offset: 0, limit: 1 })).toBe("unknown-layer");
    expect(await refused({ ask: "filters", layer: "conv2d_1", step: 13, offset: 0, limit: 1 })).toBe("weights-gone");
    expect(await refused({ ask: "activations", layer: "conv2d_1", step: 48, example: 300, offset: 0, limit: 1 })).toBe("no-such-example");
  });

  it("answers many questions in their order, and again after it was let go", async () => {
    const layers = ["conv2d_1", "conv2d_2", "max_pool_1", "conv2d_2"] as const;
    const answers = await Promise.all(layers.map((layer) => ask({ ask: "activations", layer, step: 24, example: 3, offset: 0, limit: 1 })));
    expect(answers.map(({ layer }) => layer)).toEqual(layers);
    const waiting = inspector.ask({ ask: "outline" });
    inspector.dispose();
    expect(await waiting).toMatchObject({ ok: false, error: { code: "cancelled" } });
    expect((await ask({ ask: "outline" })).layers).toHaveLength(3);
    const missing = new RunInspector(path.join(product.folder, "nothing"), { runtimePath: product.runtimePath, live: () => false });
    expect(await missing.ask({ ask: "outline" })).toMatchObject({ ok: false, error: { code: "run-missing" } });
    missing.dispose();
  });
});

it("a run that keeps three checkpoints knows its way all the same, unless it is part of many or wants no statistics", async () => {
  const text = (statistics: string) => `data: { train: { generate: blobs, examples: 400 }, split: { validation: 0.25 } }
model: [{ dense: { units: 8, activation: relu } }, { dense: 4 }]
training: { epochs: 6, batch_size: 20 }
diagnostics: { statistics: ${statistics} }
`;
  const { path: along } = await surface(await train("way.train.yaml", text("layers")), { directions: "path" });
  expect(along!.steps.length).toBeGreaterThanOrEqual(3);
  const without = await train("noWay.train.yaml", text("none"));
  expect(fs.existsSync(path.join(without, "weights"))).toBe(false);
  await expect(surface(without, { directions: "path" })).rejects.toMatchObject({ code: "path-too-short" });
}, 60_000);
