import { describe, expect, it } from "vitest";
import { newGraph } from "../../../src/engine/ops/inference.js";
import { checkGradients } from "../../helpers/gradientCheck.js";

const rows: readonly (readonly [string, readonly (readonly number[])[]])[] = [
  ["ij,jk->ik", [[2, 3], [3, 4]]],
  ["bij,bjk", [[2, 2, 3], [2, 3, 2]]],
  ["ij->ji", [[2, 3]]],
  ["ij->", [[2, 3]]],
  ["ij->i", [[2, 3]]],
  ["i,i->", [[4], [4]]],
  ["i,j->ij", [[2], [3]]],
  ["ij,j,k->ik", [[2, 3], [3], [2]]],
  ["ii->i", [[3, 3]]],
  ["ii", [[3, 3]]],
  ["bii,bi->b", [[2, 3, 3], [2, 3]]],
  ["...ij,...jk->...ik", [[2, 2, 3], [2, 3, 2]]],
  ["...ij,jk->...ik", [[2, 2, 2, 3], [3, 2]]],
  ["bhqd,bhkd->bhqk", [[1, 2, 3, 2], [1, 2, 2, 2]]],
  ["i...->...", [[2, 3, 2]]],
];

describe("gradients of Einsum agree with differences", () => {
  for (const [equation, shapes] of rows) {
    it(equation, () =>
      checkGradients({
        inputs: Object.fromEntries(shapes.map((dims, i) => [`x${i}`, { dims }])),
        build: (g, t) => g.op("Einsum", shapes.map((_, i) => t[`x${i}`]), { equation }),
      }));
  }

  it("dimensions that are not known while building", () =>
    checkGradients({
      inputs: { a: { dims: [2, 3, 4], declared: ["n", "m", 4] }, b: { dims: [4, 5], declared: [4, "k"] } },
      build: (g, { a, b }) => g.op("Einsum", [a, b], { equation: "nmc,ck->nk" }),
    }));

  it("an equation that does not fit is refused, shapes named", () => {
    const g = newGraph();
    expect(() => g.op("Einsum", [g.input("x", "float32", [2, 3])], { equation: "ijk->i" })).toThrow(/ijk->i does not fit.*Einsum/);
  });
});
