import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { filterNormalized, randomDirection, type Direction } from "../../../src/engine/landscape/filterNormalization.js";
import { lossSurface, weightsAt, type LossGrid } from "../../../src/engine/landscape/lossSurface.js";
import { trainingPath } from "../../../src/engine/landscape/trainingPath.js";
import { Inference } from "../../../src/engine/training/inference.js";
import { describeProblem, movedTensors } from "../../../src/engine/training/problem.js";
import { backend, configOf, datasetOf, layersOf, noise } from "../training/testRun.js";

/** PyTorch's and scikit-learn's figures: see the script beside them. */
const known = JSON.parse(readFileSync(new URL("../../fixtures/landscape/lossSurface.json", import.meta.url), "utf8")) as {
  directions: Record<string, number[]>; places: number[]; losses: number[];
  path: { x: number[]; y: number[]; variance: number[]; "conv.weight": number[]; losses: number[] };
};

/** In the script's order; names and shapes as the engine has them. */
const script = [
  { name: "conv2d_0.weight", size: 72, scale: 0.8, offset: -0.4 }, { name: "conv2d_0.bias", size: 4, scale: 0.2, offset: -0.1 },
  { name: "batch_norm_1.gamma", size: 4, scale: 0.6, offset: 0.7 }, { name: "batch_norm_1.beta", size: 4, scale: 0.4, offset: -0.2 },
  { name: "batch_norm_1.running_mean", size: 4, scale: 0.4, offset: -0.2 }, { name: "batch_norm_1.running_variance", size: 4, scale: 0.5, offset: 0.3 },
  { name: "dense_5.weight", size: 108, scale: 0.6, offset: -0.3 }, { name: "dense_5.bias", size: 3, scale: 0.2, offset: -0.1 },
] as const;

const drawn = (stream: number, size: number, scale: number, offset: number): Float32Array => Float32Array.from(noise(stream, size), (value) => value * scale + offset);
/** PyTorch keeps the weights of a dense layer as [units, inputs], the engine as [inputs, units]. */
const inOurLayout = (name: string, data: Float32Array): Float32Array => (name === "dense_5.weight" ? Float32Array.from({ length: 108 }, (_, i) => data[(i % 3) * 36 + Math.floor(i / 3)]) : data);

const dataset = datasetOf(
  { type: "float32", dims: [24, 2, 6, 6], data: drawn(1, 24 * 72, 2, -1) },
  { type: "int64", dims: [24], data: BigInt64Array.from({ length: 24 }, (_, i) => BigInt(i % 3)) },
  { task: "classification", classes: ["a", "b", "c"], inputKind: "image" },
);
const config = configOf({ model: layersOf(["conv2d", { filters: 4, kernel: 3, padding: "same" }], ["batch_norm"], ["relu"], ["max_pool", { size: 2 }], ["flatten"], ["dense", { units: 3 }]) });
const problem = describeProblem(config, dataset);
const learned = movedTensors(problem.tensors, problem.grouping);
const shapeOf = (name: string) => problem.tensors.find(({ fullName }) => fullName === name)!;
const weights = Object.fromEntries(script.map(({ name, size, scale, offset }, i) => [name, { type: "float32" as const, dims: shapeOf(name).shape, data: inOurLayout(name, drawn(10 + i, size, scale, offset)) }]));
const indices = dataset.splits.train;

/** The script's raw draws, normalised by the engine. */
function direction(first: number): Direction {
  return new Map(script.flatMap(({ name, size }, i) => {
    const { shape, outputAxis, learned: moves } = shapeOf(name);
    return moves && shape.length > 1 ? [[name, filterNormalized(inOurLayout(name, drawn(first + i, size, 2, -1)), weights[name].data, shape, outputAxis)] as const] : [];
  }));
}

const relative = (a: number, b: number): number => Math.abs(a - b) / Math.max(1e-3, Math.abs(b));

describe("losses around the weights", () => {
  it("normalises filters as the paper's own code does", () => {
    const made = direction(40);
    for (const [name, ours] of [["conv.weight", "conv2d_0.weight"], ["dense.weight", "dense_5.weight"]] as const) {
      const theirs = inOurLayout(ours, Float32Array.from(known.directions[name]));
      const worst = Math.max(...made.get(ours)!.map((value, i) => Math.abs(value - theirs[i])));
      expect(worst, name).toBeLessThan(1e-6);
    }
    expect([...made.keys()]).toEqual(["conv2d_0.weight", "dense_5.weight"]);
  });

  it("are PyTorch's, for the same weights and directions", async () => {
    const directions = [direction(40), direction(60)] as const;
    const inference = new Inference(problem, backend, { provider: "cpu", threads: 1 });
    const worst: number[] = [];
    for (const [row, y] of known.places.entries()) {
      for (const [column, x] of known.places.entries()) {
        const { loss } = await inference.run(indices, weightsAt(weights, directions, x, y));
        worst.push(relative(loss, known.losses[row * 5 + column]));
      }
    }
    await inference.dispose();
    expect(Math.max(...worst)).toBeLessThan(2e-6);
    expect(new Set(known.losses).size).toBe(25);
  });

  it("each filter of a random direction is as large as the weights' filter, vectors stay, seeds tell directions apart", () => {
    const [one, same, other, across] = [randomDirection(learned, weights, 3, "x"), randomDirection(learned, weights, 3, "x"), randomDirection(learned, weights, 4, "x"), randomDirection(learned, weights, 3, "y")];
    expect([...one.keys()]).toEqual(["conv2d_0.weight", "dense_5.weight"]);
    const norm = (data: Float32Array, of: (i: number) => boolean) => Math.sqrt(data.reduce((sum, value, i) => sum + (of(i) ? value ** 2 : 0), 0));
    for (let filter = 0; filter < 4; filter++) {
      const own = (i: number): boolean => Math.floor(i / 18) === filter;
      expect(norm(one.get("conv2d_0.weight")!, own)).toBeCloseTo(norm(weights["conv2d_0.weight"].data, own), 5);
    }
    for (let unit = 0; unit < 3; unit++) expect(norm(one.get("dense_5.weight")!, (i) => i % 3 === unit)).toBeCloseTo(norm(weights["dense_5.weight"].data, (i) => i % 3 === unit), 5);
    expect(same).toEqual(one);
    expect(other).not.toEqual(one);
    expect(across).not.toEqual(one);
  });

  it("does not change with the scale of the weights: what ReLU makes the same has the same surface", async () => {
    // the convolution ten times as large, its batch normalisation's statistics with it
    const scaled = { ...weights };
    for (const [name, factor] of [["conv2d_0.weight", 10], ["conv2d_0.bias", 10], ["batch_norm_1.running_mean", 10], ["batch_norm_1.running_variance", 100]] as const) {
      scaled[name] = { ...weights[name], data: weights[name].data.map((value) => value * factor) };
    }
    const inference = new Inference(problem, backend, { provider: "cpu", threads: 1 });
    const lossOf = async (centre: typeof weights): Promise<number> => (await inference.run(indices, weightsAt(centre, [randomDirection(learned, centre, 0, "x"), randomDirection(learned, centre, 0, "y")], 0.6, -0.4))).loss;
    expect(relative(await lossOf(scaled), await lossOf(weights))).toBeLessThan(1e-4);
    await inference.dispose();
  });

  it("a filter of zeros gives no infinite direction", () => {
    expect([...filterNormalized(Float32Array.of(1, 2, 3, 4), Float32Array.of(0, 0, 3, 4), [2, 2], 0)]).toEqual([0, 0, 3, 4].map((x) => expect.closeTo(x, 6) as number));
    expect([...filterNormalized(new Float32Array(2), Float32Array.of(1, 2), [1, 2], 0)]).toEqual([0, 0]);
  });
});

describe("the path of training", () => {
  const names = learned.map(({ fullName }) => fullName);
  const points = Array.from({ length: 6 }, (_, k) => Object.fromEntries(script.flatMap(({ name, size }, i) => (names.includes(name) ? [[name, { dims: shapeOf(name).shape, data: inOurLayout(name, drawn(100 + 10 * k + i, size, 0.5, -0.25)).map((value) => (value * (5 - k)) / 5) }] as const] : []))));

  it("is laid out along scikit-learn's principal components", async () => {
    const { directions, x, y, variance } = trainingPath(points, names);
    for (const [ours, theirs] of [[x, known.path.x], [y, known.path.y]] as const) expect(Math.max(...[...ours].map((value, i) => Math.abs(value - theirs[i])))).toBeLessThan(1e-5);
    expect(variance[0]).toBeCloseTo(known.path.variance[0], 6);
    expect(variance[1]).toBeCloseTo(known.path.variance[1], 6);
    expect(Math.max(...directions[0].get("conv2d_0.weight")!.map((value, i) => Math.abs(value - known.path["conv.weight"][i])))).toBeLessThan(1e-6);
    const inference = new Inference(problem, backend, { provider: "cpu", threads: 1 });
    let at = 0;
    for (const b of [-0.5, 0, 1]) for (const a of [-1, 0, 0.5]) expect(relative((await inference.run(indices, weightsAt(weights, directions, a, b))).loss, known.path.losses[at++])).toBeLessThan(2e-6);
    await inference.dispose();
  });

  it("begins at the left and ends at the middle of the axes", () => {
    const { x, y } = trainingPath(points, names);
    expect(x[0]).toBeLessThan(0);
    expect(y[0]).toBeLessThanOrEqual(0);
    expect([x[5], y[5]]).toEqual([0, 0].map((zero) => expect.closeTo(zero, 12) as number));
  });

  it("needs three points that are not on a line", () => {
    expect(() => trainingPath(points.slice(0, 2), names)).toThrow(expect.objectContaining({ code: "path-too-short" }));
    expect(() => trainingPath([points[0], points[0], points[0]], names)).toThrow(expect.objectContaining({ code: "path-without-plane" }));
    const line = [0, 1, 3].map((t) => ({ w: { dims: [2], data: Float32Array.of(t, 2 * t) } }));
    expect(() => trainingPath(line, ["w"])).toThrow(expect.objectContaining({ code: "path-without-plane" }));
  });
});

describe("grids", () => {
  it("become finer, take over what is known, and measure each place once", async () => {
    const asked = new Set<string>();
    const known: number[] = [];
    const grids: LossGrid[] = [];
    const lossAt = async (x: number, y: number): Promise<number> => {
      expect(asked.has(`${x} ${y}`)).toBe(false);
      asked.add(`${x} ${y}`);
      return x + 10 * y;
    };
    for await (const grid of lossSurface(lossAt, { x: [-1, 1], y: [-2, 3] }, 33, (n) => known.push(n))) grids.push(grid);
    expect(grids.map(({ x }) => x.length)).toEqual([9, 17, 33]);
    expect(known).toEqual(Array.from({ length: 33 * 33 }, (_, i) => i + 1));
    for (const { x, y, losses } of grids) {
      expect([x[0], x.at(-1), y[0], y.at(-1), x[(x.length - 1) / 2]]).toEqual([-1, 1, -2, 3, 0]);
      y.forEach((b, row) => x.forEach((a, column) => expect(losses[row * x.length + column]).toBeCloseTo(a + 10 * b, 12)));
    }
  });
});
