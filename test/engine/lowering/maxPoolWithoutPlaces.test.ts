/** The form for WebGPU against the operator's own gradient, which takes places from the runtime; whole numbers, so that windows have ties. */
import { expect, it } from "vitest";
import { gradients } from "../../../src/engine/differentiation/gradients.js";
import { mul, reduceSum } from "../../../src/engine/graph/functions.js";
import { elementCount, tensorOf } from "../../../src/engine/graph/tensorData.js";
import { lowerForward } from "../../../src/engine/lowering/lowerForward.js";
import type { LoweringName } from "../../../src/engine/lowering/table.js";
import { newGraph } from "../../../src/engine/ops/inference.js";
import { runGraph } from "../../helpers/backend.js";
import { randomSource } from "../../helpers/random.js";

const cases: Readonly<Record<string, { readonly size: readonly [number, number]; readonly window: Readonly<Record<string, readonly number[]>> }>> = {
  "tiles": { size: [6, 8], window: { kernel_shape: [2, 2], strides: [2, 2] } },
  "tiles that leave a border": { size: [7, 9], window: { kernel_shape: [3, 2], strides: [3, 2] } },
  "overlapping windows": { size: [9, 7], window: { kernel_shape: [3, 3], strides: [2, 2] } },
  "overlapping windows with padding": { size: [8, 7], window: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] } },
  "windows a step apart": { size: [6, 5], window: { kernel_shape: [2, 3], strides: [1, 1], pads: [0, 1, 1, 1] } },
  "windows with gaps": { size: [10, 11], window: { kernel_shape: [2, 2], strides: [3, 4] } },
};

it.each(Object.entries(cases))("%s", async (_, { size, window }) => {
  const random = randomSource(5);
  const dims = [2, 3, ...size];
  const forwardGraph = newGraph();
  const y = forwardGraph.op("MaxPool", [forwardGraph.input("x", "float32", dims)], window);
  forwardGraph.output(y, "y");
  const forward = forwardGraph.build("forward");
  // few different values; all below zero, so that a padding of zeros would win
  const x = random.normals(elementCount(dims)).map((value) => Math.round(value) - 9);
  const feeds = { x: tensorOf("float32", dims, x), weight: tensorOf("float32", y.dims, random.normals(elementCount(y.dims))) };
  const run = async (lowering: LoweringName): Promise<{ values: Record<string, number[]>; places: boolean }> => {
    const g = newGraph();
    const input = g.input("x", "float32", dims);
    const weight = g.input("weight", "float32", y.dims);
    const found = lowerForward(forward, g, { lowering, blockSize: null }).get("y")!;
    g.output(gradients(reduceSum(mul(found, weight), null), [input])[0], "gradient");
    g.output(found, "out");
    const places = g.build("check").nodes.some(({ op, outputs }) => op === "MaxPool" && outputs.length > 1);
    return { values: await runGraph(g, feeds), places };
  };
  const [plain, webgpu] = [await run("plain"), await run("webgpu")];
  expect([plain.places, webgpu.places]).toEqual([true, false]);
  expect(webgpu.values.out).toEqual(plain.values.out);
  webgpu.values.gradient.forEach((value, i) => expect(value, `gradient[${i}]`).toBeCloseTo(plain.values.gradient[i], 5));
});
