import { beforeAll, describe, expect, it } from "vitest";
import { gradients } from "../../../src/engine/differentiation/gradients.js";
import type { GraphBuilder, Tensor } from "../../../src/engine/graph/builder.js";
import { add, mul, reduceSum } from "../../../src/engine/graph/functions.js";
import { elementCount, tensorOf } from "../../../src/engine/graph/tensorData.js";
import type { ConstantTensor, Graph } from "../../../src/engine/graph/types.js";
import { lowerForward } from "../../../src/engine/lowering/lowerForward.js";
import { probeBlockSize } from "../../../src/engine/lowering/probeBlockSize.js";
import { sumsInConvolutions } from "../../../src/engine/lowering/sumsInConvolutions.js";
import { encodeModel } from "../../../src/engine/onnx/encode.js";
import { newGraph } from "../../../src/engine/ops/inference.js";
import { nchwcDomain, useBlockSize } from "../../../src/engine/ops/nchwc/blocked.js";
import { backend } from "../../helpers/backend.js";
import { randomSource } from "../../helpers/random.js";

let block: number;
beforeAll(async () => {
  block = (await probeBlockSize(backend))!;
});

/** The outputs of a graph from random inputs, always the same. */
async function run(graph: Graph, opset: number): Promise<Record<string, number[]>> {
  const random = randomSource(5);
  const feeds = Object.fromEntries(graph.inputs.map(({ name, shape }): [string, ConstantTensor] => [name, tensorOf("float32", shape as number[], random.normals(elementCount(shape as number[])))]));
  const model = encodeModel({ graph, opsets: new Map([["", opset], [nchwcDomain, 1]]), irVersion: 9, metadata: new Map() });
  const session = await backend.createSession(model, { provider: "cpu", threads: 1 });
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, Array.from(data as Float32Array)]));
}

/** Additions and convolutions before and after; the values have to stay. */
async function countsOf(make: (graph: GraphBuilder) => readonly Tensor[]): Promise<{ readonly before: readonly number[]; readonly after: readonly number[] }> {
  const graph = newGraph();
  useBlockSize(graph, block);
  make(graph).forEach((output, i) => graph.output(output, `y${i}`));
  const plain = graph.build("plain");
  const joined = sumsInConvolutions(plain);
  const [expected, found] = [await run(plain, graph.opset), await run(joined, graph.opset)];
  for (const [name, values] of Object.entries(expected)) values.forEach((value, i) => expect(found[name][i]).toBeCloseTo(value, 4));
  const counts = ({ nodes }: Graph): readonly number[] => ["Add", "Conv"].map((op) => nodes.filter((node) => node.op === op).length);
  return { before: counts(plain), after: counts(joined) };
}

function conv(x: Tensor, name: string, more: Record<string, string> = {}): Tensor {
  const channels = x.dims[1];
  return x.builder.op("Conv", [x, x.builder.input(name, "float32", [channels, channels, 1, 1])], { kernel_shape: [1, 1], ...more }, { domain: nchwcDomain });
}

const image = (graph: GraphBuilder, name = "x"): Tensor => graph.input(name, "float32", [2, block, 3, 3]);

describe("an addition becomes the last step of a blocked convolution", () => {
  it("that nothing else reads, on either side", async () => {
    expect(await countsOf((graph) => [add(conv(image(graph), "w"), graph.op("Relu", [image(graph, "z")]))])).toEqual({ before: [1, 1], after: [0, 1] });
    expect(await countsOf((graph) => [add(graph.op("Relu", [image(graph, "z")]), conv(image(graph), "w"))])).toEqual({ before: [1, 1], after: [0, 1] });
  });

  it("and the next one that of the next", async () => {
    expect(await countsOf((graph) => {
      const x = image(graph);
      return [add(add(conv(x, "a"), conv(x, "b")), conv(x, "c"))];
    })).toEqual({ before: [2, 3], after: [0, 3] });
  });

  it("but not of one that something else reads, that is an output, that has an activation, or whose sum is of another shape", async () => {
    expect(await countsOf((graph) => {
      const y = conv(image(graph), "w");
      return [add(y, image(graph, "z")), graph.op("Relu", [y])];
    })).toEqual({ before: [1, 1], after: [1, 1] });
    expect(await countsOf((graph) => {
      const y = graph.op("Identity", [conv(image(graph), "w")]);
      return [y, add(y, image(graph, "z"))];
    })).toEqual({ before: [1, 1], after: [1, 1] });
    expect(await countsOf((graph) => [add(conv(image(graph), "w", { activation: "Relu" }), image(graph, "z"))])).toEqual({ before: [1, 1], after: [1, 1] });
    expect(await countsOf((graph) => [add(conv(image(graph), "w"), graph.input("z", "float32", [3, 3]))])).toEqual({ before: [1, 1], after: [1, 1] });
  });
});

it("gradients of two strided convolutions of one input are put in place once", () => {
  const forwardGraph = newGraph();
  const x = forwardGraph.op("Relu", [forwardGraph.input("x", "float32", [block, block, 4, 4])]);
  const strided = (name: string, kernel: number, pad: number): Tensor =>
    forwardGraph.op("Conv", [x, forwardGraph.input(name, "float32", [block, block, kernel, kernel])], { kernel_shape: [kernel, kernel], strides: [2, 2], pads: [pad, pad, pad, pad] });
  forwardGraph.output(add(strided("a", 3, 1), strided("b", 1, 0)), "y");
  const forward = forwardGraph.build("forward");

  const graph = newGraph();
  const inputs = forward.inputs.map(({ name, shape }) => graph.input(name, "float32", shape));
  const y = lowerForward(forward, graph, { lowering: "blocked", blockSize: block }).get("y")!;
  const [dX] = gradients(reduceSum(mul(y, y), null), inputs.slice(0, 1));
  graph.output(dX, "dX");
  expect(graph.build("gradient").nodes.filter(({ op }) => op === "Concat").length).toBe(1);
});
