import { describe, expect, it } from "vitest";
import { probeBlockSize } from "../../../../src/engine/lowering/probeBlockSize.js";
import type { Tensor } from "../../../../src/engine/graph/builder.js";
import { newGraph } from "../../../../src/engine/ops/inference.js";
import { nchwcDomain, padAfter, reorderInput, reorderOutput, useBlockSize } from "../../../../src/engine/ops/nchwc/blocked.js";
import { backend } from "../../../helpers/backend.js";
import { checkGradients, type GradientCheck } from "../../../helpers/gradientCheck.js";

const blockSize = await probeBlockSize(backend);

/** Differences against gradients; the inputs are blocked tensors, so any order of elements will do. */
async function check(inputs: GradientCheck["inputs"], build: (inputs: Readonly<Record<string, Tensor>>) => Tensor): Promise<void> {
  await checkGradients({
    type: "float32",
    inputs,
    build: (graph, tensors) => {
      useBlockSize(graph, blockSize!);
      return build(tensors);
    },
  });
}

/** Distinct elements, far enough apart for differences, in an order by formula. */
const distinct = (dims: readonly number[]): { dims: readonly number[]; values: number[] } => {
  const count = dims.reduce((product, dim) => product * dim, 1);
  return { dims, values: Array.from({ length: count }, (_, i) => ((i * 97) % count) * 0.05) };
};

describe.skipIf(blockSize === null)("gradients of the blocked operators", () => {
  const blocked = (op: string, x: Tensor, attributes = {}): Tensor => x.builder.op(op, [x], attributes, { domain: nchwcDomain });

  it("ReorderInput and ReorderOutput, with channels that only fill up", async () => {
    await check({ X: { dims: [2, 12, 2, 3] } }, ({ X }) => reorderInput(X));
    await check({ X: { dims: [1, 5, 2, 2] } }, ({ X }) => reorderOutput(reorderInput(X), 5));
    await check({ X: { dims: [1, 16, 2, 2] } }, ({ X }) => reorderOutput(X, 11));
  });
  it("ReorderInput of NHWC, and back", async () => {
    await check({ X: { dims: [2, 2, 3, 16] } }, ({ X }) => blocked("ReorderInput", X, { channels_last: 1 }));
    await check({ X: { dims: [2, 16, 3, 2] } }, ({ X }) => blocked("ReorderOutput", X, { channels: 16, channels_last: 1 }));
  });
  it("MaxPool", async () => {
    await check({ X: distinct([1, 16, 5, 4]) }, ({ X }) => blocked("MaxPool", X, { kernel_shape: [2, 2], strides: [2, 2] }));
    await check({ X: distinct([1, 16, 3, 7]) }, ({ X }) => blocked("MaxPool", X, { kernel_shape: [3, 2], strides: [3, 2] }));
  });
  it("AveragePool, GlobalAveragePool and Upsample", async () => {
    await check({ X: { dims: [1, 16, 4, 5] } }, ({ X }) => blocked("AveragePool", X, { kernel_shape: [2, 2], strides: [2, 2] }));
    await check({ X: { dims: [2, 16, 3, 2] } }, ({ X }) => blocked("GlobalAveragePool", X));
    await check({ X: { dims: [1, 16, 2, 3] } }, ({ X }) => blocked("Upsample", X, { scales: [1, 1, 2, 2] }));
  });
  it("Conv by its bias and what it adds, through its own ReLU", async () => {
    const weights = (x: Tensor): Tensor => x.builder.constant({ type: "float32", dims: [16, 16, 1, 1], data: Float32Array.from({ length: 256 }, (_, i) => ((i * 37) % 17) / 17 - 0.5) });
    // kept away from the kink: sums of products of at most 16 x 0.5, and 20 added or taken away
    const B = { dims: [16], values: Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? 20 : -20)) };
    await check({ X: { dims: [1, 16, 2, 2], range: [-1, 1] }, B, Sum: { dims: [1, 16, 2, 2], range: [-1, 1] } }, ({ X, B, Sum }) =>
      X.builder.op("Conv", [X, weights(X), B, Sum], { kernel_shape: [1, 1], activation: "Relu" }, { domain: nchwcDomain }),
    );
  });
});

it("refuses the gradient of forms that no model of ours has", async () => {
  const graph = newGraph();
  useBlockSize(graph, 16);
  const { gradients } = await import("../../../../src/engine/differentiation/gradients.js");
  const x = graph.input("x", "float32", [1, 16, 2, 2]);
  const w = graph.input("w", "float32", [16, 1, 1, 1]);
  const y = graph.op("Conv", [x, w], { kernel_shape: [1, 1], group: 16 }, { domain: nchwcDomain });
  const loss = graph.op("ReduceSum", [y], { keepdims: 0 });
  expect(() => gradients(loss, [x])).toThrow(/no gradient of a blocked Conv with groups/);
});

it("knows no block size that nobody told", () => {
  const x = newGraph().input("x", "float32", [1, 5, 2, 2]);
  expect(() => reorderInput(x)).toThrow(/how many channels a block has/);
  expect(padAfter(x, 1, 5)).toBe(x);
});
