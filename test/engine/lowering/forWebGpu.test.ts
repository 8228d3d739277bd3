/** What the WebGPU provider lacks, written otherwise, against ONNX Runtime's own operators on the processor. */
import { expect, it } from "vitest";
import { forWebGpu } from "../../../src/engine/lowering/forWebGpu.js";
import { encodeModel, irVersionOf } from "../../../src/engine/onnx/encode.js";
import type { Graph } from "../../../src/engine/graph/types.js";
import { tensorOf } from "../../../src/engine/graph/tensorData.js";
import { newGraph } from "../../../src/engine/ops/inference.js";
import { createOnnxRuntimeBackend } from "../../../src/runtime/backend/onnxRuntimeBackend.js";
import { randomSource } from "../../helpers/random.js";

const shapes = { x: [4, 3, 2, 18], scale: [3], b: [3], mean: [3], variance: [3] };

it("gives the same: batch normalisation in training form with its running statistics, a split into nine, LogSoftmax", async () => {
  const g = newGraph();
  const inputs = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, g.input(name, "float32", shape)]));
  const [y, mean, variance] = g.ops("BatchNormalization", [inputs.x, inputs.scale, inputs.b, inputs.mean, inputs.variance], { training_mode: 1, epsilon: { kind: "float", value: 0.01 }, momentum: { kind: "float", value: 0.8 } }, { outputs: 3 });
  const pieces = g.ops("Split", [y], { axis: 3, num_outputs: 9 }, { outputs: 9 });
  g.output(g.op("LogSoftmax", [pieces[8]], { axis: 1 }), "z");
  pieces.forEach((piece, i) => g.output(piece, `piece${i}`));
  g.output(mean, "running_mean");
  g.output(variance, "running_variance");
  const graph = g.build("forms");
  const written = forWebGpu(graph, g.opset);
  const used = written.nodes.map(({ op }) => op);
  for (const op of ["BatchNormalization", "Split", "LogSoftmax"]) {
    expect(graph.nodes.some((node) => node.op === op)).toBe(true);
    expect(used).not.toContain(op);
  }
  const random = randomSource(3);
  const feeds = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, tensorOf("float32", shape, random.normals(shape.reduce((a, b) => a * b, 1)).map((value) => (name === "variance" ? value * value : value)))]));
  const run = async (of: Graph) => {
    const session = await createOnnxRuntimeBackend().createSession(encodeModel({ graph: of, opsets: new Map([["", g.opset]]), irVersion: irVersionOf(g.opset), metadata: new Map() }), { provider: "cpu", threads: 1 });
    const results = await session.run(feeds);
    await session.release();
    return results;
  };
  const [expected, found] = [await run(graph), await run(written)];
  expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, { dims, data }] of Object.entries(expected)) {
    expect(found[name].dims).toEqual(dims);
    Array.from(data as Float32Array).forEach((value, i) => expect(Math.abs((found[name].data as Float32Array)[i] - value), `${name}[${i}]`).toBeLessThan(1e-5));
  }
});
