import { describe, it } from "vitest";
import type { AttributeInput } from "../../../src/engine/graph/builder.js";
import { checkGradients } from "../../helpers/gradientCheck.js";

describe("gradients of GridSample agree with differences", () => {
  for (const padding_mode of ["zeros", "border", "reflection"]) {
    for (const align_corners of [0, 1]) {
      for (const mode of ["linear", "nearest", "cubic"]) {
        const attributes: Readonly<Record<string, AttributeInput>> = { mode, padding_mode, align_corners };
        it(`two dimensions, ${mode}, ${padding_mode}, corners ${align_corners}`, () =>
          checkGradients({
            type: "float32",
            step: 1e-3, // and a seed whose coordinates lie between elements
            seed: 11,
            inputs: { x: { dims: [2, 2, 4, 5] }, grid: { dims: [2, 2, 3, 2], range: [-1.4, 1.4] } },
            build: (g, { x, grid }) => g.op("GridSample", [x, grid], attributes),
          }));
        if (mode !== "cubic") {
          it(`three dimensions, ${mode}, ${padding_mode}, corners ${align_corners}`, () =>
            checkGradients({
              type: "float32",
              step: 1e-3,
              inputs: { x: { dims: [1, 2, 3, 4, 3], declared: ["n", 2, 3, 4, 3] }, grid: { dims: [1, 2, 2, 1, 3], range: [-1.2, 1.2] } },
              build: (g, { x, grid }) => g.op("GridSample", [x, grid], attributes),
            }));
        }
      }
    }
  }
});

describe("gradients of AffineGrid agree with differences", () => {
  for (const align_corners of [0, 1]) {
    it(`two and three dimensions, corners ${align_corners}`, async () => {
      for (const [theta, size] of [[[2, 2, 3], [2, 1, 3, 4]], [[1, 3, 4], [1, 1, 2, 3, 2]]]) {
        await checkGradients({
          type: "float32",
          step: 0.1,
          tolerance: 1e-3,
          inputs: { theta: { dims: theta } },
          build: (g, t) => g.op("AffineGrid", [t.theta, g.ints(size)], { align_corners }),
        });
      }
    });
  }
});
