import { describe, it } from "vitest";
import type { AttributeInput } from "../../../src/engine/graph/builder.js";
import { tensorOf } from "../../../src/engine/graph/tensorData.js";
import { checkGradients } from "../../helpers/gradientCheck.js";

interface Row {
  readonly what: string;
  readonly dims: readonly number[];
  readonly axis?: number;
  readonly length?: number;
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
}

const rows: readonly Row[] = [
  { what: "a real signal", dims: [2, 5, 1] },
  { what: "a complex signal", dims: [2, 6, 2] },
  { what: "inverse", dims: [2, 6, 2], attributes: { inverse: 1 } },
  { what: "one side", dims: [2, 6, 1], attributes: { onesided: 1 } },
  { what: "another axis, shortened", dims: [5, 3, 2], axis: 0, length: 4 },
  { what: "lengthened, one side", dims: [2, 5, 1], length: 8, attributes: { onesided: 1 } },
];

describe("gradients of Fourier transforms agree with differences", () => {
  for (const { what, dims, axis, length, attributes } of rows) {
    it(`DFT, ${what}`, () =>
      checkGradients({
        type: "float32",
        step: 0.1, // linear in every element
        tolerance: 1e-3,
        inputs: { x: { dims } },
        build: (g, { x }) => g.op("DFT", [x, length === undefined ? null : g.scalar(length, "int64"), axis === undefined ? null : g.scalar(axis, "int64")], attributes ?? {}),
      }));
  }

  it("DFT, an axis that is computed while running", async () => {
    for (const inverse of [0, 1]) {
      await checkGradients({
        type: "float32",
        step: 0.1,
        tolerance: 1e-3,
        inputs: { x: { dims: [3, 4, 2] } },
        fixed: { axis: tensorOf("int64", [], [1]) },
        build: (g, { x, axis }) => g.op("Reshape", [g.op("DFT", [x, null, axis], { inverse }), g.ints([3, 4, 2])]),
      });
    }
  });

  it("DFT of operator set 17", () =>
    checkGradients({ type: "float32", opset: 18, step: 0.1, tolerance: 1e-3, inputs: { x: { dims: [2, 4, 2] } }, build: (g, { x }) => g.op("DFT", [x], { axis: 1, inverse: 1 }) }));

  it("STFT by signal and window", async () => {
    for (const onesided of [0, 1]) {
      await checkGradients({
        type: "float32",
        step: 0.1,
        tolerance: 1e-3,
        inputs: { x: { dims: [2, 10, 1] }, window: { dims: [4] } },
        build: (g, { x, window }) => g.op("STFT", [x, g.scalar(2, "int64"), window, g.scalar(4, "int64")], { onesided }),
      });
    }
  });
});
