import { describe, expect, it } from "vitest";
import { float } from "../../../../src/engine/graph/builder.js";
import { newGraph } from "../../../../src/engine/ops/inference.js";
import { checkGradients } from "../../../helpers/gradientCheck.js";

describe("FusedMatMul", () => {
  const shapes = [
    { a: [3, 4], b: [4, 5] },
    { a: [2, 3, 4], b: [2, 4, 5] },
    { a: [2, 1, 3, 4], b: [3, 4, 5] },
  ];
  const turned = (dims: readonly number[], turn: boolean): number[] => (turn ? [...dims.slice(0, -2), dims[dims.length - 1], dims[dims.length - 2]] : [...dims]);
  for (const { a, b } of shapes) {
    for (const [transA, transB] of [[0, 0], [1, 0], [0, 1], [1, 1]]) {
      it(`has the gradients of [${a.join()}] by [${b.join()}], transA ${transA}, transB ${transB}`, async () => {
        await checkGradients({
          type: "float32",
          inputs: { A: { dims: turned(a, transA === 1) }, B: { dims: turned(b, transB === 1) } },
          build: (graph, { A, B }) => graph.op("FusedMatMul", [A, B], { transA, transB, alpha: float(0.7) }, { domain: "com.microsoft" }),
        });
      });
    }
  }

  it("names shapes that do not fit", () => {
    const graph = newGraph();
    const [A, B] = [graph.input("A", "float32", [3, 4]), graph.input("B", "float32", [3, 5])];
    expect(() => graph.op("FusedMatMul", [A, B], {}, { domain: "com.microsoft" })).toThrow(/4 columns against 3 rows/);
    expect(graph.op("FusedMatMul", [A, B], { transA: 1 }, { domain: "com.microsoft" }).dims).toEqual([4, 5]);
  });
});
