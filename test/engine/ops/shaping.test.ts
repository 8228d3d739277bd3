import { describe, expect, it } from "vitest";
import { gradients } from "../../../src/engine/differentiation/gradients.js";
import type { GraphBuilder, Tensor } from "../../../src/engine/graph/builder.js";
import { cast, reduceSum } from "../../../src/engine/graph/functions.js";
import { tensorOf } from "../../../src/engine/graph/tensorData.js";
import { newGraph } from "../../../src/engine/ops/inference.js";
import { runGraph } from "../../helpers/backend.js";
import { checkGradients } from "../../helpers/gradientCheck.js";

const x234 = { dims: [2, 3, 4] };
const symbolic = { dims: [2, 3, 4], declared: ["a", "b", "c"] };
const last = Number.MAX_SAFE_INTEGER;

interface Row {
  readonly name: string;
  readonly build: (g: GraphBuilder, x: Tensor) => Tensor | readonly Tensor[];
}

/** Operators on a tensor of shape [2, 3, 4]. */
const rows: readonly Row[] = [
  { name: "Reshape", build: (g, x) => g.op("Reshape", [x, g.ints([0, -1])]) },
  { name: "Flatten", build: (g, x) => g.op("Flatten", [x], { axis: 2 }) },
  { name: "Flatten, negative axis", build: (g, x) => g.op("Flatten", [x], { axis: -1 }) },
  { name: "Transpose", build: (g, x) => g.op("Transpose", [x]) },
  { name: "Transpose, given order", build: (g, x) => g.op("Transpose", [x], { perm: [1, 2, 0] }) },
  { name: "Unsqueeze", build: (g, x) => g.op("Unsqueeze", [x, g.ints([0, -1])]) },
  { name: "Squeeze", build: (g, x) => g.op("Squeeze", [g.op("Unsqueeze", [x, g.ints([1, 4])]), g.ints([-1, 1])]) },
  { name: "Expand", build: (g, x) => g.op("Expand", [g.op("Unsqueeze", [x, g.ints([1])]), g.ints([2, 1, 5, 1, 1])]) },
  { name: "Tile", build: (g, x) => g.op("Tile", [x, g.ints([2, 1, 3])]) },
  { name: "Concat", build: (g, x) => g.op("Concat", [x, g.op("Neg", [x]), x], { axis: -1 }) },
  { name: "Split, equal parts, one unused", build: (g, x) => g.ops("Split", [x], { axis: 2, num_outputs: 2 }, { outputs: 2 }).slice(1) },
  { name: "Split, given sizes", build: (g, x) => g.ops("Split", [x, g.ints([1, 2])], { axis: 1 }, { outputs: 2 }) },
  { name: "Slice", build: (g, x) => g.op("Slice", [x, g.ints([1, 1]), g.ints([last, -1]), g.ints([1, 2])]) },
  { name: "Slice, steps", build: (g, x) => g.op("Slice", [x, g.ints([0]), g.ints([last]), g.ints([2]), g.ints([3])]) },
  { name: "Slice, backward", build: (g, x) => g.op("Slice", [x, g.ints([-1, 3]), g.ints([-last, 0]), g.ints([1, 2]), g.ints([-1, -2])]) },
  { name: "Slice, beyond the end", build: (g, x) => g.op("Slice", [x, g.ints([-100]), g.ints([2]), g.ints([-1])]) },
  { name: "Gather rows, some twice, from behind", build: (g, x) => g.op("Gather", [x, g.constant(tensorOf("int64", [2, 2], [2, 0, -1, 2]))], { axis: 1 }) },
  { name: "Gather one", build: (g, x) => g.op("Gather", [x, g.constant(tensorOf("int64", [], [1]))], { axis: 0 }) },
  { name: "Gather, last axis", build: (g, x) => g.op("Gather", [x, g.ints([3, 3, 0])], { axis: -1 }) },
  { name: "GatherElements", build: (g, x) => g.op("GatherElements", [x, g.constant(tensorOf("int64", [2, 1, 4], [0, 2, 2, -1, 1, 1, 0, 0]))], { axis: 1 }) },
  { name: "GatherND", build: (g, x) => g.op("GatherND", [x, g.constant(tensorOf("int64", [3, 2], [0, 1, 1, 2, 0, 1]))]) },
  { name: "GatherND, batched", build: (g, x) => g.op("GatherND", [x, g.constant(tensorOf("int64", [2, 2, 1], [0, 2, 1, 1]))], { batch_dims: 1 }) },
  { name: "TopK", build: (g, x) => g.ops("TopK", [x, g.ints([2])], { axis: 1 }, { outputs: 2 })[0] },
  { name: "Trilu", build: (g, x) => g.op("Trilu", [x, g.scalar(1, "int64")], { upper: 0 }) },
  { name: "Pad, constant", build: (g, x) => g.op("Pad", [x, g.ints([1, 0, 2, 0, 1, 1])]) },
  { name: "Pad, negative", build: (g, x) => g.op("Pad", [x, g.ints([0, -1, 1, 0, 0, -2])]) },
  { name: "Pad, reflect", build: (g, x) => g.op("Pad", [x, g.ints([0, 2, 3, 1, 1, 2])], { mode: "reflect" }) },
  { name: "Pad, edge", build: (g, x) => g.op("Pad", [x, g.ints([1, 2, 0, 0, 1, 3])], { mode: "edge" }) },
  { name: "Pad, some axes", build: (g, x) => g.op("Pad", [x, g.ints([1, 2]), null, g.ints([-1])]) },
  { name: "Cast down and up", build: (g, x) => g.op("Cast", [g.op("Cast", [x], { to: 1 })], { to: 11 }) },
];

describe("gradients of operators that move elements agree with differences", () => {
  for (const { name, build } of rows) {
    const rough = name.startsWith("Cast") ? { step: 1e-2, tolerance: 1e-3 } : {};
    it(name, () => checkGradients({ inputs: { x: x234 }, build: (g, { x }) => build(g, x), ...rough }));
    it(`${name}, dimensions known only while running`, () => checkGradients({ inputs: { x: symbolic }, build: (g, { x }) => build(g, x), ...rough }));
  }

  it("Pad: its value", () => checkGradients({ inputs: { x: { dims: [2, 2] }, v: { dims: [] } }, build: (g, { x, v }) => g.op("Pad", [x, g.ints([1, 0, 0, 1]), v]) }));

  it("Concat of different lengths, symbolic", () =>
    checkGradients({
      inputs: { x: { dims: [2, 3], declared: ["n", "a"] }, y: { dims: [2, 1], declared: ["n", "b"] }, z: { dims: [2, 2] } },
      build: (g, { x, y, z }) => g.op("Concat", [x, y, z], { axis: 1 }),
    }));

  it("ScatterElements and ScatterND, put and added", async () => {
    const indices = tensorOf("int64", [2, 2], [2, 0, 1, 2]);
    const tuples = tensorOf("int64", [2, 1], [2, 0]);
    for (const reduction of ["none", "add"]) {
      await checkGradients({
        inputs: { x: { dims: [3, 2] }, u: { dims: [2, 2] } },
        build: (g, { x, u }) => [g.op("ScatterElements", [x, g.constant(indices), u], { axis: 0, reduction }), g.op("ScatterND", [x, g.constant(tuples), u], { reduction })],
      });
    }
  });

  it("slices computed while running", () =>
    checkGradients({
      inputs: { x: { dims: [5, 2] } },
      fixed: { start: tensorOf("int64", [1], [1]), end: tensorOf("int64", [1], [4]) },
      build: (g, { x, start, end }) => g.op("Slice", [x, start, end]),
    }));
});

describe("picking", () => {
  it("Gather by 32-bit indices, some of them twice", () =>
    checkGradients({
      type: "float32",
      inputs: { x: { dims: [4, 2] } },
      fixed: { places: tensorOf("int32", [3], [1, 3, 1]) },
      build: (g, { x, places }) => g.op("Gather", [x, places], { axis: 0 }),
    }));

  it("of half-precision elements adds up in float32, since the runtime adds none of them", async () => {
    const g = newGraph();
    const x = g.input("x", "float32", [3, 2]);
    const picked = g.op("Gather", [cast(x, "float16"), g.ints([2, 0, 2])], { axis: 0 });
    g.output(gradients(reduceSum(cast(picked, "float32"), null), [x])[0], "dx");
    expect((await runGraph(g, { x: tensorOf("float32", [3, 2], [1, 2, 3, 4, 5, 6]) })).dx).toEqual([1, 1, 0, 0, 2, 2]);
  });
});
