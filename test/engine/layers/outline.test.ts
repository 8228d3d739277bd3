import { describe, expect, it } from "vitest";
import { DescentError } from "../../../src/common/errors.js";
import { parseTrainingFile } from "../../../src/config/parseTrainingFile.js";
import { outlineModel } from "../../../src/engine/layers/outline.js";
import { withVocabulary } from "../../../src/engine/layers/vocabulary.js";
import type { LayerConfig } from "../../../src/engine/training/config.js";

/** Layers as the training file's reader gives them. */
function model(...layers: readonly (readonly [kind: string, args?: Record<string, unknown>])[]): LayerConfig[] {
  return layers.map(([kind, args = {}], i) => ({ kind, arguments: args, name: `${kind}_${i}`, path: `model[${i}].${kind}` }));
}

function shapes(input: readonly number[], ...layers: readonly (readonly [string, Record<string, unknown>?])[]): (readonly number[])[] {
  return outlineModel(model(...layers), input).map((layer) => layer.outputShape);
}

describe("outlineModel", () => {
  it("follows shapes, parameters and multiply-adds through a convolutional network", () => {
    const outlines = outlineModel(
      model(["conv2d", { filters: 16, kernel: 5, activation: "relu" }], ["max_pool", { size: 2 }], ["conv2d", { filters: 32, kernel: 5 }], ["max_pool"], ["relu"], ["flatten"], ["dense", { units: 10 }]),
      [1, 28, 28],
    );
    expect(outlines.map((l) => l.outputShape)).toEqual([[16, 24, 24], [16, 12, 12], [32, 8, 8], [32, 4, 4], [32, 4, 4], [512], [10]]);
    expect(outlines.map((l) => l.parameters)).toEqual([416, 0, 12832, 0, 0, 0, 5130]);
    expect(outlines.map((l) => l.operations)).toEqual([16 * 24 * 24 * 25, 0, 32 * 8 * 8 * 16 * 25, 0, 0, 0, 5120]);
  });

  it.each([
    [{ padding: "same" }, [8, 28, 28]],
    [{ padding: "same", stride: 2 }, [8, 14, 14]],
    [{ padding: 1, stride: [1, 2] }, [8, 28, 14]],
    [{ kernel: [1, 5] }, [8, 28, 24]],
    [{ dilation: 2 }, [8, 24, 24]],
  ])("places a convolution's window with %j", (args, expected) => {
    expect(shapes([3, 28, 28], ["conv2d", { filters: 8, ...args }])).toEqual([expected]);
  });

  it("gives images without channels one, and reads dense on the last axis", () => {
    expect(shapes([8, 8], ["conv2d", { filters: 4 }])).toEqual([[4, 6, 6]]);
    expect(shapes([5, 7], ["dense", { units: 3 }])).toEqual([[5, 3]]);
    expect(shapes([4, 6, 6], ["global_avg_pool"])).toEqual([[4]]);
  });

  it("counts batch_norm's gamma and beta, not its running statistics", () => {
    const [norm] = outlineModel(model(["batch_norm"]), [16, 4, 4]);
    expect(norm.parameters).toBe(32);
    expect(norm.tensors.map((t) => t.name)).toEqual(["gamma", "beta", "running_mean", "running_variance"]);
    expect(outlineModel(model(["batch_norm", { affine: false }]), [7])[0].parameters).toBe(0);
  });

  it.each([
    [[["dense", { units: 4, activation: "relu" }]], "he_normal"],
    [[["dense", { units: 4 }], ["batch_norm"], ["dropout"], ["leaky_relu"]], "he_normal"],
    [[["dense", { units: 4 }], ["prelu"]], "he_normal"],
    [[["dense", { units: 4, activation: "selu" }]], "lecun_normal"],
    [[["dense", { units: 4, activation: "tanh" }]], "glorot_uniform"],
    [[["dense", { units: 4 }], ["dense", { units: 4, activation: "relu" }]], "glorot_uniform"],
    [[["dense", { units: 4, activation: "relu", init: { normal: 0.1 } }]], "normal"],
  ] as const)("chooses the initialiser by the activation that follows: %j", (layers, expected) => {
    const [first] = outlineModel(model(...(layers as unknown as [string, Record<string, unknown>?][])), [3]);
    expect(first.tensors[0].init.kind).toBe(expected);
  });

  it.each([
    [[3, 4, 4], ["conv2d", { filters: 4, kernel: 7 }], /7 high.*\[3, 4, 4\]/],
    [[10], ["conv2d", { filters: 4 }], /reads images.*\[10\]/],
    [[3, 8, 8], ["conv2d", { filters: 4, groups: 2 }], /2 groups/],
    [[3, 8, 8], ["max_pool", { size: 2, padding: 2 }], /more than half/],
  ] as const)("names both shapes and the layer where they do not fit: %j", (input, layer, message) => {
    const attempt = (): unknown => outlineModel(model(["relu"], layer as unknown as [string, Record<string, unknown>]), input);
    expect(attempt).toThrow(message);
    try {
      attempt();
    } catch (error) {
      expect((error as DescentError).code).toBe("shape-mismatch");
      expect((error as DescentError).location.path).toBe(`model[1].${layer[0]}`);
    }
  });
});

describe("layers of layers", () => {
  /** Layers as a file has them, with their places. */
  const listed = (text: string): readonly LayerConfig[] => parseTrainingFile(`data: { train: { generate: blobs } }\nmodel: ${text}\n`, { file: "a.train.yaml" }).config!.model;
  const outlined = (text: string, input: readonly number[]) => outlineModel(listed(text), input);

  it("read what stands before them, and stand before what joins them", () => {
    const outlines = outlined("[dense: 4, residual: [relu, dense: 4], concat: [[], [dense: 3]], dense: 2]", [5]);
    expect(outlines.map(({ name, reads }) => [name, ...reads])).toEqual([
      ["dense_1", "inputs"], ["relu_1", "dense_1"], ["dense_2", "relu_1"], ["residual_1", "dense_1", "dense_2"],
      ["dense_3", "residual_1"], ["concat_1", "residual_1", "dense_3"], ["dense_4", "concat_1"],
    ]);
    expect(outlines.map((l) => l.outputShape)).toEqual([[4], [4], [4], [4], [3], [7], [2]]);
  });

  it.each([
    ["residual: [conv2d: { filters: 16, padding: same, stride: 2 }]", [8, 7, 9], [16, 4, 5], [[16, 8, 1, 1]]],
    ["residual: [conv2d: { filters: 8, padding: same }]", [8, 7, 9], [8, 7, 9], []],
    ["residual: [conv2d: { filters: 8, padding: same }]", [7, 9], [8, 7, 9], [[8, 1, 1, 1]]],
    ["residual: [conv3d: { filters: 4, padding: same, stride: 2 }]", [2, 4, 4, 4], [4, 2, 2, 2], [[4, 2, 1, 1, 1]]],
    ["residual: [conv1d: { filters: 6, padding: same, stride: 2 }]", [9, 4], [5, 6], [[4, 6]]],
    ["residual: [dense: 3]", [5], [3], [[5, 3]]],
    ["concat: [[conv2d: { filters: 2, padding: same }], [], [max_pool: { size: 3, stride: 1, padding: same }]]", [3, 6, 6], [8, 6, 6], []],
    ["add: [[lstm: { units: 4, return_sequences: true }], [dense: 4]]", [6, 3], [6, 4], []],
  ] as const)("%s on %j", (layer, input, output, projections) => {
    const join = outlined(`[${layer}]`, input).at(-1)!;
    expect(join.outputShape).toEqual(output);
    expect(join.tensors.map(({ shape }) => shape)).toEqual(projections);
  });

  it.each([
    ["[relu, residual: [conv2d: 8]]", [8, 10, 10], "model[1].residual", /\[8, 8, 8\] of \[8, 10, 10\]/],
    ["[residual: [flatten]]", [8, 10, 10], "model[0].residual", /\[800\] of \[8, 10, 10\]/],
    ["[concat: [[conv2d: 4], [conv2d: { filters: 4, kernel: 5 }]]]", [3, 8, 8], "model[0].concat", /\[4, 6, 6\] and \[4, 4, 4\]/],
    ["[add: [[dense: 3], [dense: 4]]]", [5], "model[0].add", /\[3\] and \[4\]/],
    ["[residual: [relu, add: [[], [conv2d: { filters: 4, kernel: 7 }]]]]", [3, 4, 4], "model[0].residual[1].add[1][0].conv2d", /7 high.*\[3, 4, 4\]/],
  ] as const)("names both shapes and the place where they do not fit: %s", (model, input, path, message) => {
    try {
      outlined(model, input);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "shape-mismatch", location: { path }, message: expect.stringMatching(message) as string });
    }
  });

  it("chooses initialisers through them", () => {
    const init = (text: string): unknown[] => outlined(text, [4]).flatMap(({ tensors }) => tensors.filter(({ role }) => role === "weight").map((t) => t.init.kind));
    expect(init("[residual: [dense: 3], relu, dense: 2]")).toEqual(["he_normal", "he_normal", "glorot_uniform"]);
    expect(init("[dense: 4, residual: [batch_norm, relu, dense: 4], tanh]")).toEqual(["he_normal", "glorot_uniform"]);
  });

  it("sizes an embedding within a branch by the data", () => {
    const dataset = { inputs: { type: "float32" as const, dims: [2, 2], data: Float32Array.of(0, 1, 4, 2) }, inputDivisor: 1 };
    const model = withVocabulary(listed("[concat: [[embedding: { dim: 3 }], [embedding: { dim: 2 }]], flatten, dense: 2]"), dataset);
    expect(outlineModel(model, [2]).filter(({ kind }) => kind === "embedding").map(({ tensors }) => tensors[0].shape)).toEqual([[5, 3], [5, 2]]);
  });
});
