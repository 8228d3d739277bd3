import { describe, expect, it } from "vitest";
import { gradients } from "../../../src/engine/differentiation/gradients.js";
import { float, type AttributeInput } from "../../../src/engine/graph/builder.js";
import { reduceSum } from "../../../src/engine/graph/functions.js";
import { tensorOf, type NumericType } from "../../../src/engine/graph/tensorData.js";
import { newGraph } from "../../../src/engine/ops/inference.js";
import { runGraph } from "../../helpers/backend.js";
import { giveOwnGradient } from "../../../src/engine/ops/ownGradient.js";
import { checkGradients } from "../../helpers/gradientCheck.js";

/** The slope of an operator at single points. */
async function slopes(op: string, points: readonly number[], attributes: Readonly<Record<string, AttributeInput>> = {}, type: NumericType = "float32"): Promise<number[]> {
  const g = newGraph();
  const x = g.input("x", type, [points.length]);
  g.output(gradients(reduceSum(g.op(op, [x], attributes), null), [x])[0], "dx");
  return (await runGraph(g, { x: tensorOf(type, [points.length], points) })).dx;
}

/** Slopes at kinks and ends as PyTorch 2.13 gives them. */
const kinks: readonly (readonly [string, Readonly<Record<string, AttributeInput>>, readonly number[], readonly number[]])[] = [
  ["Relu", {}, [-1, -0, 0, 1e-30, 1e30], [0, 0, 0, 1, 1]],
  ["LeakyRelu", { alpha: float(0.25) }, [-1, 0, 1], [0.25, 0.25, 1]],
  ["Elu", {}, [0, 2], [1, 1]],
  ["Abs", {}, [-2, 0, 2], [-1, 0, 1]],
  ["HardSigmoid", { alpha: float(0.5), beta: float(0.5) }, [-2, -1, 0, 1, 2], [0, 0, 0.5, 0, 0]],
  ["Sigmoid", {}, [-100, 0, 100], [0, 0.25, 0]],
  ["Tanh", {}, [-50, 0, 50], [0, 1, 0]],
  ["Softplus", {}, [-100, 0, 100], [0, 0.5, 1]],
];

describe("slopes at kinks and ends are PyTorch's", () => {
  for (const [op, attributes, points, expected] of kinks) {
    it(op, async () => {
      const found = await slopes(op, points, attributes);
      for (const [i, value] of found.entries()) expect(value, `at ${points[i]}`).toBeCloseTo(expected[i], 6);
    });
  }

  it("Relu of float64 too, where the mask is another", async () => {
    expect(await slopes("Relu", [-1, 0, 1e-300, 2], {}, "float64")).toEqual([0, 0, 1, 1]);
  });

  it("Relu hands on a gradient that is not a number, so that it shows", async () => {
    const g = newGraph();
    const x = g.input("x", "float32", [2]);
    const seed = g.constant(tensorOf("float32", [2], [NaN, NaN]));
    g.output(gradients(g.op("Relu", [x]), [x], { seed })[0], "dx");
    expect((await runGraph(g, { x: tensorOf("float32", [2], [1, 2]) })).dx).toEqual([NaN, NaN]);
  });

  it("Clip lets the gradient through at its bounds", async () => {
    const g = newGraph();
    const x = g.input("x", "float32", [5]);
    g.output(gradients(reduceSum(g.op("Clip", [x, g.scalar(-1), g.scalar(1)]), null), [x])[0], "dx");
    expect((await runGraph(g, { x: tensorOf("float32", [5], [-2, -1, 0, 1, 2]) })).dx).toEqual([0, 1, 1, 1, 0]);
  });

  it("Pow at a base of zero: whole, fractional and zero exponents", async () => {
    const g = newGraph();
    const x = g.input("x", "float32", [4]);
    const e = g.input("e", "float32", [4]);
    const [dx, de] = gradients(reduceSum(g.op("Pow", [x, e]), null), [x, e]);
    g.output(dx, "dx");
    g.output(de, "de");
    const found = await runGraph(g, { x: tensorOf("float32", [4], [0, 0, 0, 3]), e: tensorOf("float32", [4], [0, 2, 1, 0]) });
    expect(found.dx).toEqual([0, 0, 1, 0]);
    expect(found.de.map((v) => Number(v.toFixed(5)))).toEqual([0, 0, 0, 1.09861]);
  });

  it("Max and ReduceMax share the gradient among ties", async () => {
    const g = newGraph();
    const [a, b] = [g.input("a", "float32", [2]), g.input("b", "float32", [2])];
    const [da, db] = gradients(reduceSum(g.op("Max", [a, b]), null), [a, b]);
    g.output(da, "da");
    g.output(db, "db");
    g.output(gradients(g.op("ReduceMax", [g.op("Concat", [a, b], { axis: 0 })], { keepdims: 0 }), [a])[0], "dm");
    const found = await runGraph(g, { a: tensorOf("float32", [2], [1, 5]), b: tensorOf("float32", [2], [1, 4]) });
    expect([found.da, found.db, found.dm]).toEqual([[0.5, 1], [0.5, 0], [0, 1]]);
  });
});

describe("the comparison with differences itself", () => {
  it("fails where a gradient is wrong: a product that claims to be constant", async () => {
    const check = checkGradients({ inputs: { x: { dims: [3] } }, build: (g, { x }) => giveOwnGradient(g.op("Mul", [x, g.scalar(2, "float64")]), "zero") });
    await expect(check).rejects.toThrow(/gradient by x\[0\]: 0/);
  });
});
