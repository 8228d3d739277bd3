import { describe, it } from "vitest";
import { float } from "../../../src/engine/graph/builder.js";
import { checkGradients } from "../../helpers/gradientCheck.js";

describe("gradients of products agree with differences", () => {
  it("MatMul: matrices, batches that broadcast, vectors", async () => {
    const shapes: readonly (readonly [readonly number[], readonly number[]])[] = [
      [[2, 3], [3, 4]],
      [[2, 5, 3], [3, 4]],
      [[2, 5, 3], [2, 3, 4]],
      [[2, 1, 2, 3], [5, 3, 2]],
      [[3], [3, 2]],
      [[2, 3], [3]],
      [[2, 2, 3], [3]],
      [[3], [2, 3, 2]],
      [[3], [3]],
    ];
    for (const [a, b] of shapes) {
      await checkGradients({ inputs: { a: { dims: a }, b: { dims: b } }, build: (g, x) => g.op("MatMul", [x.a, x.b]) });
      const declared = a.map((_, i) => (i === a.length - 1 ? a[i] : `d${i}`));
      await checkGradients({ inputs: { a: { dims: a, declared }, b: { dims: b } }, build: (g, x) => g.op("MatMul", [x.a, x.b]) });
    }
  });

  it("Gemm: every transposition, factors, and shapes of the bias", async () => {
    for (const transA of [0, 1]) {
      for (const transB of [0, 1]) {
        for (const bias of [null, [], [4], [1, 4], [2, 1], [2, 4]]) {
          await checkGradients({
            inputs: { a: { dims: transA ? [3, 2] : [2, 3] }, b: { dims: transB ? [4, 3] : [3, 4] }, ...(bias === null ? {} : { c: { dims: bias } }) },
            build: (g, { a, b, c }) => g.op("Gemm", [a, b, c ?? null], { transA, transB, alpha: float(0.5), beta: float(2) }),
          });
        }
      }
    }
  });

  it("Gemm with a symbolic batch", async () => {
    await checkGradients({
      inputs: { a: { dims: [5, 3], declared: ["batch", 3] }, b: { dims: [3, 4] }, c: { dims: [4] } },
      build: (g, { a, b, c }) => g.op("Gemm", [a, b, c]),
    });
  });
});
