import { describe, expect, it } from "vitest";
import { DescentError } from "../../../src/common/errors.js";
import { outlineModel } from "../../../src/engine/layers/outline.js";
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
