import { describe, it } from "vitest";
import { float } from "../../../src/engine/graph/builder.js";
import { tensorOf } from "../../../src/engine/graph/tensorData.js";
import { checkGradients } from "../../helpers/gradientCheck.js";

describe("gradients of what is read between the elements of an image agree with differences", () => {
  it("DeformConv: groups of weights and of offsets, mask, bias, stride, padding, dilation", async () => {
    await checkGradients({
      type: "float32",
      step: 3e-3,
      inputs: { x: { dims: [2, 4, 5, 5] }, w: { dims: [4, 2, 2, 2] }, offset: { dims: [2, 16, 3, 3], range: [0.1, 0.8] }, b: { dims: [4] }, mask: { dims: [2, 8, 3, 3] } },
      opset: 19,
      build: (g, t) => g.op("DeformConv", [t.x, t.w, t.offset, t.b, t.mask], { group: 2, offset_group: 2, strides: [2, 2], pads: [1, 1, 1, 1], dilations: [2, 2], kernel_shape: [2, 2] }),
    });
  });

  it("DeformConv without bias and mask, of a symbolic batch and size", () =>
    checkGradients({
      type: "float32",
      step: 3e-3,
      inputs: { x: { dims: [1, 2, 4, 4], declared: ["n", 2, "h", "w"] }, w: { dims: [3, 2, 2, 3] }, offset: { dims: [1, 12, 3, 2], range: [-0.8, -0.1], declared: ["n", 12, "rows", "columns"] } },
      opset: 19,
      build: (g, t) => g.op("DeformConv", [t.x, t.w, t.offset], { kernel_shape: [2, 3] }),
    }));

  const rois = { dims: [2, 4], values: [1.1, 2.2, 9.3, 8.4, 0.3, 0.6, 5.7, 11.1] };
  const images = tensorOf("int64", [2], [0, 1]);
  for (const [what, attributes] of [
    ["a fixed number of places", { sampling_ratio: 2 }],
    ["as many places as the region asks for, without the half pixel", { coordinate_transformation_mode: "output_half_pixel" }],
    ["the largest", { mode: "max", sampling_ratio: 1 }],
  ] as const) {
    it(`RoiAlign: ${what}`, () =>
      checkGradients({
        type: "float32",
        step: 1e-3,
        tolerance: 3e-2,
        inputs: { x: { dims: [2, 2, 8, 7] }, rois },
        fixed: { images },
        build: (g, t) => g.op("RoiAlign", [t.x, t.rois, t.images], { output_height: 2, output_width: 3, spatial_scale: float(0.6), ...attributes }),
      }));
  }

  it("TensorScatter: places of each example, around the end", async () => {
    for (const mode of ["linear", "circular"]) {
      await checkGradients({
        type: "float32",
        opset: 24,
        inputs: { cache: { dims: [2, 3, 4, 2] }, update: { dims: [2, 3, 2, 2] } },
        fixed: { start: tensorOf("int64", [2], [1, mode === "circular" ? 3 : 2]) },
        build: (g, t) => g.op("TensorScatter", [t.cache, t.update, t.start], { mode }),
      });
    }
  });
});
