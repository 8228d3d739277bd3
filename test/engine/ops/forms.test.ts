import { describe, expect, it } from "vitest";
import { float, type AttributeInput } from "../../../src/engine/graph/builder.js";
import { tensorOf } from "../../../src/engine/graph/tensorData.js";
import type { ConstantTensor } from "../../../src/engine/graph/types.js";
import { checkGradients, type CheckedInput } from "../../helpers/gradientCheck.js";

interface Row {
  readonly op: string;
  readonly what?: string;
  readonly inputs: Readonly<Record<string, CheckedInput>>;
  readonly fixed?: Readonly<Record<string, ConstantTensor>>;
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
  readonly opset?: number;
  readonly outputs?: number;
  readonly tolerance?: number;
  readonly type?: "float32" | "float64";
}

const x = (...dims: number[]): CheckedInput => ({ dims });
const symbolic = (dims: readonly number[], ...declared: (number | string)[]): CheckedInput => ({ dims, declared });
const ints = (dims: readonly number[], values: readonly number[]): ConstantTensor => tensorOf("int64", dims, values);
const images = x(2, 4, 3, 3);
const channels = x(4);

const rows: readonly Row[] = [
  { op: "Shrink", inputs: { x: { dims: [5], values: [-2, -0.7, 0.1, 0.8, 3] } }, attributes: { lambd: float(0.5), bias: float(0.2) }, type: "float32" },
  { op: "Swish", inputs: { x: x(7) }, attributes: { alpha: float(1.5) }, opset: 24 },
  { op: "InstanceNormalization", inputs: { x: images, scale: channels, b: channels }, attributes: { epsilon: float(1e-2) } },
  { op: "InstanceNormalization", what: "one dimension, symbolic", inputs: { x: symbolic([2, 3, 6], "n", 3, "length"), scale: x(3), b: x(3) } },
  { op: "GroupNormalization", what: "by channel", inputs: { x: images, scale: channels, b: channels }, attributes: { num_groups: 2, epsilon: float(1e-2) }, opset: 21, type: "float32" },
  { op: "GroupNormalization", what: "symbolic batch", inputs: { x: symbolic([2, 4, 3, 3], "n", 4, "h", "w"), scale: channels, b: channels }, attributes: { num_groups: 2 }, opset: 21, type: "float32" },
  { op: "RMSNormalization", inputs: { x: x(2, 3, 4), scale: x(3, 4) }, attributes: { axis: 1 }, opset: 23 },
  { op: "MeanVarianceNormalization", inputs: { x: images } },
  { op: "MeanVarianceNormalization", what: "other axes", inputs: { x: images }, attributes: { axes: [1, 2] } },
  { op: "LpNormalization", inputs: { x: x(3, 4) } },
  { op: "LpNormalization", what: "of order 1", inputs: { x: x(3, 4) }, attributes: { p: 1, axis: 0 } },
  { op: "LRN", inputs: { x: x(2, 5, 2, 2) }, attributes: { size: 3, alpha: float(0.5), beta: float(0.6), bias: float(1.5) } },
  { op: "LRN", what: "symbolic channels", inputs: { x: symbolic([1, 5, 2, 2], "n", "c", 2, 2) }, attributes: { size: 5, alpha: float(0.9) } },
  { op: "LpPool", inputs: { x: x(2, 2, 6, 6) }, attributes: { kernel_shape: [3, 2], strides: [2, 1], pads: [1, 0, 0, 1] } },
  { op: "LpPool", what: "of order 3, rows left over", inputs: { x: x(1, 2, 7) }, attributes: { kernel_shape: [3], strides: [3], p: 3 } },
  { op: "LpPool", what: "of order 1, automatic padding, symbolic batch", inputs: { x: symbolic([2, 2, 5], "n", 2, 5) }, attributes: { kernel_shape: [2], strides: [2], p: 1, auto_pad: "SAME_UPPER" } },
  { op: "GlobalLpPool", inputs: { x: x(2, 3, 4, 2) } },
  { op: "GlobalLpPool", what: "of order 3", inputs: { x: x(2, 3, 4) }, attributes: { p: 3 } },
  { op: "MaxUnpool", inputs: { x: x(1, 1, 2, 2) }, fixed: { places: ints([1, 1, 2, 2], [5, 7, 13, 15]) }, attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
  { op: "DepthToSpace", inputs: { x: x(2, 8, 2, 3) }, attributes: { blocksize: 2 } },
  { op: "DepthToSpace", what: "places last", inputs: { x: x(2, 8, 2, 3) }, attributes: { blocksize: 2, mode: "CRD" } },
  { op: "SpaceToDepth", inputs: { x: x(2, 3, 4, 6) }, attributes: { blocksize: 2 } },
  { op: "ReverseSequence", inputs: { x: x(4, 3, 2) }, fixed: { lengths: ints([3], [1, 4, 2]) }, attributes: { time_axis: 0, batch_axis: 1 } },
  { op: "Compress", inputs: { x: x(3, 4) }, fixed: { condition: tensorOf("bool", [3], [1, 0, 1]) }, attributes: { axis: 0 } },
  { op: "Compress", what: "flat", inputs: { x: x(3, 2) }, fixed: { condition: tensorOf("bool", [5], [0, 1, 1, 0, 1]) } },
  { op: "CenterCropPad", inputs: { x: x(5, 4, 3) }, fixed: { sizes: ints([3], [2, 7, 3]) } },
  { op: "CenterCropPad", what: "some axes, odd differences", inputs: { x: x(5, 4, 3) }, fixed: { sizes: ints([2], [8, 1]) }, attributes: { axes: [0, 2] } },
  { op: "Unique", inputs: { x: { dims: [5], values: [3, 1, 4, 1.5, 5] } } },
  { op: "Unique", what: "slices, not sorted", inputs: { x: x(3, 2) }, attributes: { axis: 0, sorted: 0 }, outputs: 1 },
  { op: "CastLike", inputs: { x: x(3) }, fixed: { like: tensorOf("float64", [1], [0]) }, type: "float32" },
  { op: "Det", inputs: { x: x(2, 3, 3) }, type: "float32" },
  { op: "Det", what: "one matrix of one element", inputs: { x: x(1, 1) }, type: "float32" },
  { op: "Det", what: "a singular matrix", inputs: { x: { dims: [2, 2], values: [1, 2, 2, 4] } }, type: "float32" },
];

describe("gradients of operators by way of other forms agree with differences", () => {
  for (const { op, what, inputs, fixed, attributes, opset, outputs, type, tolerance } of rows) {
    it(what === undefined ? op : `${op}, ${what}`, async () => {
      const check = { inputs, fixed, opset, tolerance, build: (g: Parameters<Parameters<typeof checkGradients>[0]["build"]>[0], t: Parameters<Parameters<typeof checkGradients>[0]["build"]>[1]) => g.ops(op, [...Object.keys(inputs), ...Object.keys(fixed ?? {})].map((name) => t[name]), attributes ?? {}, { outputs: outputs ?? 1 })[0] };
      if (type !== undefined) await checkGradients({ ...check, type });
      // the runtime has kernels for float64 of some of these only
      else await checkGradients({ ...check, type: "float64" }).catch(async (error: unknown) => {
        if (!/NOT_IMPLEMENTED|Could not find an implementation|not implemented|Type Error/i.test(String(error))) throw error;
        await checkGradients({ ...check, type: "float32" });
      });
    });
  }

  it("Col2Im: overlapping windows, padding, dilation", async () => {
    await checkGradients({
      type: "float32",
      inputs: { x: { dims: [2, 8, 9] } },
      build: (g, { x: columns }) => g.op("Col2Im", [columns, g.ints([4, 4]), g.ints([2, 2])], {}),
    });
    await checkGradients({
      type: "float32",
      inputs: { x: { dims: [1, 6, 8] } },
      build: (g, { x: columns }) => g.op("Col2Im", [columns, g.ints([5, 6]), g.ints([3, 1])], { pads: [1, 0, 1, 1], strides: [2, 2], dilations: [2, 1] }),
    });
  });

  it("Col2Im: sizes computed while running", () =>
    checkGradients({
      type: "float32",
      inputs: { x: { dims: [1, 6, 8] } },
      fixed: { image: ints([2], [5, 6]), block: ints([2], [3, 1]) },
      build: (g, t) => g.op("Reshape", [g.op("Col2Im", [t.x, t.image, t.block], { pads: [1, 0, 1, 1], strides: [2, 2], dilations: [2, 1] }), g.ints([1, 2, 5, 6])]),
    }));

  it("Clip by its bounds, one of them beyond the other", async () => {
    for (const bounds of [[-0.5, 0.7], [0.5, -0.5]]) {
      await checkGradients({
        type: "float32",
        step: 1e-3,
        inputs: { x: { dims: [4], values: [-2, 0.1, 0.3, 2] }, low: { dims: [], values: [bounds[0]] }, high: { dims: [], values: [bounds[1]] } },
        build: (g, t) => g.op("Clip", [t.x, t.low, t.high]),
      });
    }
  });

  it("DynamicQuantizeLinear by its scale", () =>
    checkGradients({
      type: "float32",
      inputs: { x: { dims: [5], values: [-1.5, 0.2, 0.9, 2.5, 1] } },
      build: (g, t) => g.ops("DynamicQuantizeLinear", [t.x], {}, { outputs: 3 })[1],
    }));

  it("CumProd with zeros among its factors", async () => {
    for (const attributes of [{ reverse: 0 }, { exclusive: 1 }, { reverse: 1 }] as readonly Readonly<Record<string, number>>[]) {
      await checkGradients({
        type: "float32",
        opset: 26,
        inputs: { x: { dims: [2, 4], values: [1.5, 0, 2, -1, 0, 0.5, 0, 2] } },
        build: (g, t) => g.op("CumProd", [t.x, g.scalar(1, "int64")], attributes),
      });
    }
  });

  it("DequantizeLinear by the scales of blocks, the last of them shorter", () =>
    checkGradients({
      type: "float32",
      inputs: { scale: { dims: [2, 2] } },
      fixed: { x: tensorOf("uint8", [2, 5], [1, 200, 30, 4, 5, 6, 7, 8, 9, 10]), zero: tensorOf("uint8", [2, 2], [3, 4, 5, 6]) },
      opset: 21,
      build: (g, { x: whole, scale, zero }) => g.op("DequantizeLinear", [whole, scale, zero], { axis: 1, block_size: 3 }),
    }));

  it("OneHot by what it is filled with", () =>
    checkGradients({
      type: "float32",
      inputs: { values: { dims: [2] } },
      fixed: { indices: ints([2, 2], [0, -1, 3, 7]) },
      build: (g, { indices, values }) => g.op("OneHot", [indices, g.scalar(4, "int64"), values], { axis: 1 }),
    }));

  it("Range by where it starts and how far it steps", () =>
    checkGradients({
      type: "float32",
      inputs: { start: { dims: [], values: [0.5] }, limit: { dims: [], values: [2.9] }, delta: { dims: [], values: [0.7] } },
      build: (g, { start, limit, delta }) => g.op("Range", [start, limit, delta]),
    }));

  it("Softmax whose lost rows are replaced afterwards passes no NaN", async () => {
    const found = await checkGradients({
      type: "float32",
      inputs: { x: x(2, 3) },
      fixed: { mask: tensorOf("float32", [2, 3], [0, 0, -Infinity, -Infinity, -Infinity, -Infinity]) },
      build: (g, { x: scores, mask }) => {
        const p = g.op("Softmax", [g.op("Add", [scores, mask])]);
        return g.op("Where", [g.op("IsNaN", [p]), g.scalar(0), p]);
      },
    });
    expect(found.x.slice(3)).toEqual([0, 0, 0]);
  });

  it("DepthToSpace, places last, of sizes known while running", () =>
    checkGradients({ type: "float32", inputs: { x: symbolic([2, 8, 2, 3], "n", "c", "h", 3) }, build: (g, t) => g.op("DepthToSpace", [t.x], { blocksize: 2, mode: "CRD" }) }));

  it("DequantizeLinear by its scale", async () => {
    await checkGradients({
      type: "float32",
      inputs: { scale: { dims: [] } },
      fixed: { x: tensorOf("uint8", [2, 2], [1, 200, 30, 4]), zero: tensorOf("uint8", [], [3]) },
      build: (g, { x: whole, scale, zero }) => g.op("DequantizeLinear", [whole, scale, zero]),
    });
    await checkGradients({
      type: "float32",
      inputs: { scale: { dims: [2] } },
      fixed: { x: tensorOf("int8", [3, 2], [1, -100, 30, 4, 5, 6]) },
      build: (g, { x: whole, scale }) => g.op("DequantizeLinear", [whole, scale], { axis: 1 }),
    });
  });

  it("operators that are constant almost everywhere pass zeros", async () => {
    for (const op of ["Hardmax", "Bernoulli", "EyeLike", "RandomNormalLike", "RandomUniformLike"]) {
      const found = await checkGradients({
        type: "float32",
        inputs: { x: { dims: [2, 3], range: [0.2, 0.8] } },
        build: (g, { x: input }) => [g.op("Mul", [input, g.scalar(2)]), g.op("Mul", [g.op(op, [input], op.startsWith("Random") || op === "Bernoulli" ? { seed: float(3) } : {}), g.scalar(0)])],
      });
      expect(found.x.every(Number.isFinite), op).toBe(true);
    }
  });
});
