import { describe, expect, it } from "vitest";
import { newGraph } from "../../../src/engine/ops/inference.js";
import { tensorOf } from "../../../src/engine/graph/tensorData.js";

describe("shape inference", () => {
  it("carries a symbolic batch through the shape arithmetic of exported models", () => {
    const g = newGraph();
    const x = g.input("x", "float32", ["batch", 3, 8, 8]);
    const batch = g.op("Gather", [g.op("Shape", [x]), g.constant(tensorOf("int64", [], [0]))], { axis: 0 });
    const shape = g.op("Concat", [g.op("Unsqueeze", [batch, g.ints([0])]), g.ints([-1])], { axis: 0 });
    expect(g.op("Reshape", [x, shape]).shape).toEqual(["batch", 192]);
    expect(g.op("Flatten", [x], { axis: 2 }).shape).toEqual(["3*batch", 64]);
    expect(g.op("Reshape", [x, g.ints([-1, 64])]).shape).toEqual(["3*batch", 64]);
  });

  it("folds integer shape arithmetic into constants", () => {
    const g = newGraph();
    const x = g.input("x", "float32", ["batch", 3, 8]);
    const two = g.op("Slice", [g.op("Shape", [x]), g.ints([1]), g.ints([3])]);
    const product = g.op("ReduceProd", [two], { keepdims: 0 });
    expect(product.constant?.data).toEqual(BigInt64Array.of(24n));
    expect(g.op("Mul", [two, g.ints([2])]).elements).toEqual([6, 16]);
    expect(g.op("Where", [g.op("Equal", [g.ints([-1, 4]), g.ints([-1])]), g.ints([1, 1]), g.ints([-1, 4])]).elements).toEqual([1, 4]);
  });

  it("names the node and both shapes where they do not fit", () => {
    const g = newGraph();
    const a = g.input("a", "float32", [2, 3]);
    const b = g.input("b", "float32", [4, 5]);
    expect(() => g.op("MatMul", [a, b], {}, { name: "hidden" })).toThrow(/\[2, 3\].*\[4, 5\].*3 columns against 4 rows.*hidden/);
    expect(() => g.op("Add", [a, b])).toThrow(/\[2, 3\] and \[4, 5\] do not broadcast/);
    expect(() => g.op("Add", [a])).toThrow(/lacks its input B/);
  });

  it("knows windows: strides, dilation, automatic padding, ceil", () => {
    const g = newGraph();
    const x = g.input("x", "float32", ["n", 4, 15, 16]);
    const w = g.input("w", "float32", [6, 2, 3, 3]);
    expect(g.op("Conv", [x, w], { group: 2, strides: [2, 2] }).shape).toEqual(["n", 6, 7, 7]);
    expect(g.op("Conv", [x, w], { group: 2, strides: [2, 2], auto_pad: "SAME_UPPER" }).shape).toEqual(["n", 6, 8, 8]);
    expect(g.op("Conv", [x, w], { group: 2, dilations: [2, 3], pads: [1, 2, 3, 4] }).shape).toEqual(["n", 6, 15, 16]);
    expect(g.op("MaxPool", [x], { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }).shape).toEqual(["n", 4, 8, 8]);
    expect(g.op("MaxPool", [x], { kernel_shape: [2, 2], strides: [2, 2] }).shape).toEqual(["n", 4, 7, 8]);
    expect(g.op("GlobalAveragePool", [x]).shape).toEqual(["n", 4, 1, 1]);
  });

  it("leaves an unknown operator's shape open", () => {
    const g = newGraph();
    const y = g.op("Mystery", [g.input("x", "float64", [2])], {}, { domain: "somewhere" });
    expect([y.type, y.shape]).toEqual(["float64", null]);
  });
});
