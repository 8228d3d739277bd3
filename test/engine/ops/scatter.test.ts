import { describe, expect, it } from "vitest";
import { tensorOf } from "../../../src/engine/graph/tensorData.js";
import { checkGradients } from "../../helpers/gradientCheck.js";

const indices = tensorOf("int64", [2, 3], [0, 2, 2, 1, 2, 0]);
const tuples = tensorOf("int64", [3, 1], [2, 0, 2]);

describe("gradients of scattering agree with differences", () => {
  for (const reduction of ["add", "mul", "max", "min"]) {
    it(`ScatterElements, ${reduction}, places met several times`, () =>
      checkGradients({
        type: "float32",
        inputs: { x: { dims: [2, 4] }, updates: { dims: [2, 3] } },
        fixed: { indices },
        build: (g, t) => g.op("ScatterElements", [t.x, t.indices, t.updates], { axis: 1, reduction }),
      }));
    it(`ScatterND, ${reduction}, places met several times`, () =>
      checkGradients({
        type: "float32",
        inputs: { x: { dims: [4, 2] }, updates: { dims: [3, 2] } },
        fixed: { indices: tuples },
        build: (g, t) => g.op("ScatterND", [t.x, t.indices, t.updates], { reduction }),
      }));
  }

  it("products with zeros among their factors", () =>
    checkGradients({
      type: "float32",
      inputs: { x: { dims: [2, 4], values: [0, 1, 2, 3, 1, 0, 2, 2] }, updates: { dims: [2, 3], values: [2, 0, 3, 0, 0, 4] } },
      fixed: { indices },
      build: (g, t) => g.op("ScatterElements", [t.x, t.indices, t.updates], { axis: 1, reduction: "mul" }),
    }));

  it("equal largest elements share the gradient, as PyTorch's do", async () => {
    // the differences of a tie are halved too: half of each side moves the maximum
    const { x, updates } = await checkGradients({
      type: "float32",
      inputs: { x: { dims: [1, 1], values: [1] }, updates: { dims: [1, 1], values: [1] } },
      fixed: { indices: tensorOf("int64", [1, 1], [0]) },
      build: (g, t) => g.op("ScatterElements", [t.x, t.indices, t.updates], { axis: 1, reduction: "max" }),
    });
    expect(x[0]).toBeCloseTo(updates[0], 6);
  });

  it("GatherND with batch dimensions", () =>
    checkGradients({
      inputs: { x: { dims: [2, 3, 2] } },
      fixed: { indices: tensorOf("int64", [2, 2, 1], [2, 0, 1, 1]) },
      build: (g, t) => g.op("GatherND", [t.x, t.indices], { batch_dims: 1 }),
    }));
});
