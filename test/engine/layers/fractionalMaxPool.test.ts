/** fractional_max_pool: places that are given against PyTorch, and places that are drawn. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { gradients } from "../../../src/engine/differentiation/gradients.js";
import { fractionalMaxPool } from "../../../src/engine/layers/fractionalMaxPool.js";
import { encodeModel } from "../../../src/engine/onnx/encode.js";
import { newGraph } from "../../../src/engine/ops/inference.js";
import { backend, configOf, datasetOf, layersOf, lossesOf, noise, runToEnd, trainerFor } from "../training/testRun.js";

interface Reference {
  readonly size: number;
  readonly ratio: number;
  readonly u: readonly [number, number];
  readonly shape: readonly number[];
  readonly y: readonly number[];
  readonly gradient: readonly number[];
}
const { fractional } = JSON.parse(readFileSync(new URL("../../fixtures/structure/structure.json", import.meta.url), "utf8")) as { readonly fractional: readonly Reference[] };

const uniform = (stream: number, count: number): Float32Array => Float32Array.from(noise(stream, count), (u) => 2 * u - 1);

describe("fractional_max_pool", () => {
  it.each(fractional.map((reference) => [`windows of ${reference.size}, ratio ${reference.ratio}`, reference] as const))("gives PyTorch's values and gradient: %s", async (_, { size, ratio, u, shape, y, gradient }) => {
    const args = { size, ratio };
    const graph = newGraph();
    const x = graph.input("x", "float32", [2, 3, 9, 7]);
    const never = (): never => expect.unreachable();
    const { output } = fractionalMaxPool.shapes(args, { shape: [3, 9, 7], defaultInit: { kind: "zeros", arguments: {} }, isSequence: false });
    expect([2, ...output]).toEqual(shape);
    const drawn = graph.constant({ type: "float32", dims: [2], data: Float32Array.from(u) });
    const pooled = fractionalMaxPool.build(args, x, { mode: "training", output, uniform: () => drawn, steps: null, isSequence: false, countSteps: never, parameter: never, updateStatistic: never, dropoutMask: never, normalNoise: never });
    const weighted = graph.op("Mul", [pooled, graph.constant({ type: "float32", dims: shape, data: uniform(6, y.length) })]);
    const [g] = gradients(graph.op("ReduceSum", [weighted], { keepdims: 0 }), [x]);
    graph.output(pooled, "y");
    graph.output(g, "gradient");
    const session = await backend.createSession(encodeModel({ graph: graph.build("pool"), opsets: new Map([["", graph.opset]]), irVersion: 9, metadata: new Map() }), { provider: "cpu", threads: 1 });
    const results = await session.run({ x: { type: "float32", dims: [2, 3, 9, 7], data: uniform(5, 2 * 3 * 9 * 7) } });
    await session.release();
    for (const [ours, theirs] of [[results.y.data, y], [results.gradient.data, gradient]] as const) {
      expect(Math.max(...Array.from(ours as Float32Array, (v, i) => Math.abs(v - theirs[i])))).toBeLessThan(1e-6);
    }
  });

  it("draws its windows anew each step, the same ones for the same seed", async () => {
    const dataset = datasetOf({ type: "float32", dims: [8, 1, 11, 11], data: uniform(7, 8 * 121) }, { type: "int64", dims: [8], data: BigInt64Array.from({ length: 8 }, (_, i) => BigInt(i % 2)) }, { task: "classification", classes: ["a", "b"] });
    const run = async (): Promise<number[]> => {
      const model = layersOf(["fractional_max_pool", { ratio: 1.25 }], ["flatten"], ["dense", { units: 2 }]);
      const trainer = await trainerFor(configOf({ model, optimizer: { kind: "sgd", arguments: { lr: 0 } }, training: { batchSize: "full", epochs: 12 } }), dataset);
      const losses = lossesOf(await runToEnd(trainer));
      await trainer.dispose();
      return losses;
    };
    const losses = await run();
    expect(new Set(losses).size).toBeGreaterThan(6);
    expect(await run()).toEqual(losses);
  });

  it("refuses a ratio that leaves no place for its windows", () => {
    expect(() => fractionalMaxPool.shapes({ ratio: 1, size: 2 }, { shape: [1, 8, 8], defaultInit: { kind: "zeros", arguments: {} }, isSequence: false })).toThrow(/8 x 8 windows of 2 x 2 out of the input \[1, 8, 8\]/);
  });
});
