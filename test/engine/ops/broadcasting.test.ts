import { describe, it } from "vitest";
import { checkGradients, type CheckedInput } from "../../helpers/gradientCheck.js";

/** Shapes of two operands: alike, one repeated, both repeated, other rank, scalar. */
const shapes: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[2, 3], [2, 3]],
  [[2, 3], [3]],
  [[2, 1, 3], [4, 1]],
  [[], [2, 2]],
  [[1], [3]],
  [[1, 3], [2, 1, 1]],
];

const positive: Partial<CheckedInput> = { range: [0.5, 2] };
const operators: Readonly<Record<string, readonly [Partial<CheckedInput>, Partial<CheckedInput>]>> = {
  Add: [{}, {}],
  Sub: [{}, {}],
  Mul: [{}, {}],
  Div: [{}, positive],
  Pow: [positive, {}],
  Max: [{}, {}],
  Min: [{}, {}],
  Sum: [{}, {}],
  Mean: [{}, {}],
};

describe("gradients of broadcasting operators agree with differences", () => {
  for (const [op, [left, right]] of Object.entries(operators)) {
    const type = op === "Mean" ? "float32" : "float64"; // the runtime has no Mean of float64
    it(op, async () => {
      for (const [a, b] of shapes) {
        await checkGradients({ type, inputs: { a: { dims: a, ...left }, b: { dims: b, ...right } }, build: (g, x) => g.op(op, [x.a, x.b]) });
      }
    });
    it(`${op}, dimensions known only while running`, async () => {
      for (const [a, b] of shapes) {
        const declared = (dims: readonly number[], stem: string): string[] => dims.map((_, i) => `${stem}${i}`);
        await checkGradients({
          type,
          inputs: { a: { dims: a, ...left, declared: declared(a, "a") }, b: { dims: b, ...right, declared: declared(b, "b") } },
          build: (g, x) => g.op(op, [x.a, x.b]),
        });
        await checkGradients({
          type,
          inputs: { a: { dims: a, ...left, declared: null }, b: { dims: b, ...right, declared: null } },
          build: (g, x) => g.op(op, [x.a, x.b]),
        });
      }
    });
  }

  it("Sum, Max and Min of three, the same input twice", async () => {
    for (const op of ["Sum", "Max", "Min"]) {
      await checkGradients({
        inputs: { a: { dims: [2, 3] }, b: { dims: [3] }, c: { dims: [2, 1] } },
        build: (g, { a, b, c }) => g.op("Mul", [g.op(op, [a, b, c]), g.op("Sum", [a, a, c])]),
      });
    }
  });

  it("Where, the condition broadcasting too", async () => {
    await checkGradients({
      inputs: { a: { dims: [2, 1, 3] }, b: { dims: [4, 1] } },
      fixed: { c: { type: "bool", dims: [4, 3], data: Uint8Array.from([1, 0, 0, 1, 1, 0, 1, 0, 1, 0, 0, 1]) } },
      build: (g, { a, b, c }) => g.op("Where", [c, a, b]),
    });
  });

  it("PRelu", async () => {
    await checkGradients({ inputs: { x: { dims: [2, 3, 2] }, slope: { dims: [3, 1] } }, type: "float32", build: (g, { x, slope }) => g.op("PRelu", [x, slope]) });
  });

  it("Mod with fmod", async () => {
    await checkGradients({
      inputs: { a: { dims: [4], values: [5.3, -4.2, 1.1, 7.7] }, b: { dims: [4], values: [2, 1.5, 3, 2.2] } },
      build: (g, { a, b }) => g.op("Mod", [a, b], { fmod: 1 }),
    });
  });

  it("Pow with constant exponents", async () => {
    for (const exponent of [-1, 0, 0.5, 1, 2, 3, 4]) {
      await checkGradients({ inputs: { a: { dims: [5], range: [0.4, 2] } }, build: (g, { a }) => g.op("Pow", [a, g.scalar(exponent, "float64")]) });
    }
  });

  it("Clip, with both bounds, one, or none", async () => {
    for (const bounds of [[-0.5, 0.5], [null, 0.5], [-0.5, null], [null, null]]) {
      await checkGradients({
        inputs: { x: { dims: [7], values: [-2, -0.7, -0.3, 0, 0.3, 0.7, 2] } },
        build: (g, { x }) => g.op("Clip", [x, ...bounds.map((bound) => (bound === null ? null : g.scalar(bound, "float64")))]),
      });
    }
  });
});
