/** Augmentations with given draws against torchvision and the authors' code: test/fixtures/augmentations/make.py. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { augmentations } from "../../../src/engine/augmentations/registry.js";
import type { Dataset } from "../../../src/engine/data/types.js";
import type { ConstantTensor } from "../../../src/engine/graph/types.js";
import { outlineModel } from "../../../src/engine/layers/outline.js";
import { encodeModel } from "../../../src/engine/onnx/encode.js";
import { newGraph } from "../../../src/engine/ops/inference.js";
import { RandomStream } from "../../../src/engine/random/stream.js";
import { augmented, drawMixture, noiseCount, planAugmentation, writeDraws, type AugmentationPlan } from "../../../src/engine/training/augmentation.js";
import { backend, configOf, datasetOf, layersOf, noise } from "../training/testRun.js";

interface Case {
  readonly name: string;
  readonly entries: readonly (readonly [string, Record<string, unknown>])[];
  readonly shape: readonly number[];
  readonly stream: number;
  readonly numbers: readonly (readonly number[])[];
  readonly outputs: readonly number[];
}

const { cases } = JSON.parse(readFileSync(new URL("../../fixtures/augmentations/augmentations.json", import.meta.url), "utf8")) as { readonly cases: readonly Case[] };

function planOf(entries: Case["entries"], dataset: Dataset): AugmentationPlan {
  const config = configOf({});
  const augment = entries.map(([kind, args]) => ({ kind, arguments: args }));
  return planAugmentation({ ...config, data: { ...config.data, augment } }, dataset, outlineModel(layersOf(["flatten"]), dataset.inputs.dims.slice(1)));
}

function imagesOf(data: Float32Array | Uint8Array, shape: readonly number[], rest: Partial<Dataset> = {}): Dataset {
  const count = data.length / shape.reduce((a, b) => a * b, 1);
  const inputs: ConstantTensor = data instanceof Uint8Array ? { type: "uint8", dims: [count, ...shape], data } : { type: "float32", dims: [count, ...shape], data };
  return datasetOf(inputs, { type: "int64", dims: [count], data: new BigInt64Array(count) }, { task: "classification", classes: ["a", "b"], inputKind: "image", ...rest });
}

/** The list applied to scaled values, by the runtime. */
async function run(plan: AugmentationPlan, x: Float32Array, dims: readonly number[], numbers: Float32Array, normal: readonly Float32Array[] = []): Promise<Float32Array> {
  const graph = newGraph();
  const drawn = plan.columns > 0 ? graph.input("numbers", "float32", [dims[0], plan.columns]) : null;
  const inputs = graph.input("x", "float32", dims);
  const tables = normal.map((_, i) => graph.input(`noise_${i}`, "float32", dims));
  graph.output(augmented(plan, inputs, { numbers: drawn, noise: tables, mixture: null }), "y");
  const session = await backend.createSession(encodeModel({ graph: graph.build("augmented"), opsets: new Map([["", graph.opset]]), irVersion: 9, metadata: new Map() }), { provider: "cpu", threads: 1 });
  const feeds: Record<string, ConstantTensor> = { x: { type: "float32", dims, data: x } };
  if (drawn !== null) feeds.numbers = { type: "float32", dims: [dims[0], plan.columns], data: numbers };
  normal.forEach((data, i) => void (feeds[`noise_${i}`] = { type: "float32", dims, data }));
  const { y } = await session.run(feeds);
  await session.release();
  return y.data as Float32Array;
}

describe("with the same draws, as torchvision does it", () => {
  it.each(cases.map((c) => [c.name, c] as const))("%s", async (_, { entries, shape, stream, numbers, outputs }) => {
    const x = Float32Array.from(noise(stream, numbers.length * shape.reduce((a, b) => a * b, 1)));
    const plan = planOf(entries, imagesOf(x, shape));
    expect(plan.columns).toBe(numbers[0].length);
    const y = await run(plan, x, [numbers.length, ...shape], Float32Array.from(numbers.flat()));
    expect(y.length).toBe(outputs.length);
    for (let i = 0; i < y.length; i++) expect(y[i]).toBeCloseTo(outputs[i], 5);
  });
});

describe("scaled values", () => {
  const { shape, stream, numbers, outputs, entries } = cases.find(({ name }) => name === "color_jitter")!;
  const x = noise(stream, outputs.length);

  it("colours are those of the image as read, whatever its scaling", async () => {
    const [offset, divisor] = [120, 60];
    const scaled = Float32Array.from(x, (v) => (255 * v - offset) / divisor);
    const scaling = { kind: "standardize" as const, offset: [offset], divisor: [divisor] };
    const plan = planOf(entries, imagesOf(scaled, shape, { scaling, rawStatistics: [{ name: "pixels", min: 0, max: 254, mean: 120, std: 60 }] }));
    const y = await run(plan, scaled, [numbers.length, ...shape], Float32Array.from(numbers.flat()));
    y.forEach((value, i) => expect((value * divisor + offset) / 255).toBeCloseTo(outputs[i], 5));
  });

  it("what comes in at the border is black, and a cutout is 0 of the scaled values", async () => {
    const scaling = { kind: "standardize" as const, offset: [0.5], divisor: [0.25] };
    const ones = new Float32Array(9).fill(2);
    const black = await run(planOf([["shift", { pixels: 1 }]], imagesOf(ones, [1, 3, 3], { scaling })), ones, [1, 1, 3, 3], Float32Array.of(1, 0));
    expect([...black]).toEqual([2, 2, 2, 2, 2, 2, -2, -2, -2]);
    const covered = await run(planOf([["cutout", { size: 1 }]], imagesOf(ones, [1, 3, 3], { scaling })), ones, [1, 1, 3, 3], Float32Array.of(1, 1));
    expect([...covered]).toEqual([2, 2, 2, 2, 0, 2, 2, 2, 2]);
  });

  it("noise is added in their unit", async () => {
    const plan = planOf([["noise", { std: 0.25 }]], imagesOf(Float32Array.of(1, 2, 3, 4), [1, 2, 2]));
    expect(noiseCount(plan)).toBe(1);
    const y = await run(plan, Float32Array.of(1, 2, 3, 4), [1, 1, 2, 2], new Float32Array(0), [Float32Array.of(1, -1, 2, 0)]);
    expect([...y]).toEqual([1.25, 1.75, 3.5, 4]);
  });
});

describe("draws", () => {
  const size = { height: 8, width: 6 };
  const drawAll = (kind: string, args: Record<string, unknown>): number[][] => {
    const entry = augmentations.get(kind)!;
    const random = new RandomStream(3, kind);
    return Array.from({ length: 20_000 }, () => [...entry.draw(entry.arguments.parse(args) as Record<string, unknown>, random, size)]);
  };
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

  it("flips come with their probability", () => {
    expect(mean(drawAll("flip_horizontal", {}).flat())).toBeCloseTo(0.5, 1);
    expect(mean(drawAll("flip_vertical", { probability: 0.2 }).flat())).toBeCloseTo(0.2, 1);
  });

  it.each([["crop", "padding"], ["shift", "pixels"]])("%s takes every whole offset alike", (kind, argument) => {
    const counts = new Map<number, number>();
    for (const value of drawAll(kind, { [argument]: 2 }).flat()) counts.set(value, (counts.get(value) ?? 0) + 1);
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
    for (const count of counts.values()) expect(count / 40_000).toBeCloseTo(0.2, 1);
  });

  it("angles are even within their bounds", () => {
    const angles = drawAll("rotate", { degrees: 30 }).map(([cosine, sine]) => (Math.atan2(sine, cosine) * 180) / Math.PI);
    expect(Math.max(...angles)).toBeGreaterThan(29.5);
    expect(Math.max(...angles)).toBeLessThanOrEqual(30);
    expect(Math.min(...angles)).toBeLessThan(-29.5);
    expect(Math.abs(mean(angles))).toBeLessThan(0.5);
  });

  it("the centre of a cutout is any pixel, factors of colour stay within their bounds", () => {
    const centres = new Set(drawAll("cutout", { size: 3 }).map((centre) => centre.join()));
    expect(centres.size).toBe(48);
    for (const [brightness, contrast, saturation, hue] of drawAll("color_jitter", { brightness: 0.4, contrast: 0.1, hue: 0.05 })) {
      expect(Math.abs(brightness - 1)).toBeLessThanOrEqual(0.4);
      expect(Math.abs(contrast - 1)).toBeLessThanOrEqual(0.1);
      expect(saturation).toBe(1);
      expect(Math.abs(hue)).toBeLessThanOrEqual(0.05);
    }
  });

  it("are the step's alone: the same for the same seed and step, others for others", () => {
    const plan = planOf([["crop", { padding: 4 }], ["rotate", { degrees: 10 }]], imagesOf(new Float32Array(36), [1, 6, 6]));
    const draw = (seed: number, step: number): number[] => {
      const into = new Float32Array(5 * plan.columns);
      writeDraws(plan, seed, step, 5, into, 0);
      return [...into];
    };
    expect(draw(1, 7)).toEqual(draw(1, 7));
    expect(draw(1, 7)).not.toEqual(draw(1, 8));
    expect(draw(1, 7)).not.toEqual(draw(2, 7));
  });

  it("partners are a permutation of each piece, shares follow Beta(alpha, alpha)", () => {
    const partners = new BigInt64Array(14);
    const shares = Array.from({ length: 4000 }, (_, step) => drawMixture(0.4, 5, step, { size: 5, count: 2, rest: 4 }, partners, 0));
    const pieces = [partners.slice(0, 5), partners.slice(5, 10), partners.slice(10)];
    for (const piece of pieces) expect(Array.from(piece, Number).sort((a, b) => a - b)).toEqual(Array.from(piece, (_, i) => i));
    // mean 1/2, variance 1 / (4 (2 alpha + 1))
    expect(mean(shares)).toBeCloseTo(0.5, 1);
    expect(mean(shares.map((share) => (share - 0.5) ** 2))).toBeCloseTo(1 / (4 * 1.8), 2);
  });
});

describe("refusals name the entry", () => {
  const rows = datasetOf({ type: "float32", dims: [4, 6], data: new Float32Array(24) }, { type: "int64", dims: [4], data: new BigInt64Array(4) }, { task: "classification", classes: ["a", "b"] });
  const codeOf = (f: () => unknown): unknown => {
    try {
      f();
      return null;
    } catch (thrown) {
      const { code, location } = thrown as { code: string; location: { path?: string } };
      return [code, location.path];
    }
  };

  it("images where there are none", () => {
    expect(codeOf(() => planOf([["noise", {}], ["crop", {}]], rows))).toEqual(["augmentation-needs-images", "data.augment[1].crop"]);
  });
  it("colours of four channels", () => {
    expect(codeOf(() => planOf([["color_jitter", { hue: 0.1 }]], imagesOf(new Float32Array(64), [4, 4, 4])))).toEqual(["augmentation-needs-colours", "data.augment[0].color_jitter"]);
  });
  it("mixtures of texts, a second mixture, noise on indices", () => {
    expect(codeOf(() => planOf([["mixup", {}]], { ...rows, task: "language_model" }))).toEqual(["mixup-unsupported", "data.augment[0].mixup"]);
    expect(codeOf(() => planOf([["mixup", {}], ["mixup", {}]], rows))).toEqual(["mixup-unsupported", "data.augment[1].mixup"]);
    expect(codeOf(() => planOf([["noise", {}]], { ...rows, inputKind: "tokens" }))).toEqual(["augmentation-of-indices", "data.augment[0].noise"]);
  });
});
