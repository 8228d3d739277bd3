import { describe, it } from "vitest";
import { checkGradients, type CheckedInput } from "../../helpers/gradientCheck.js";

const operators: Readonly<Record<string, Partial<CheckedInput>>> = {
  ReduceSum: {},
  ReduceMean: {},
  ReduceMax: {},
  ReduceMin: {},
  ReduceProd: { range: [0.5, 2] },
  ReduceSumSquare: {},
  ReduceL1: {},
  ReduceL2: {},
  ReduceLogSum: { range: [0.5, 2] },
  ReduceLogSumExp: {},
};

describe("gradients of reductions agree with differences", () => {
  for (const [op, input] of Object.entries(operators)) {
    for (const keepdims of [0, 1]) {
      it(`${op}, keepdims ${keepdims}`, async () => {
        for (const axes of [null, [0], [-1], [0, 2], [0, 1, 2]]) {
          for (const declared of [undefined, ["a", "b", "c"]]) {
            await checkGradients({
              inputs: { x: { dims: [2, 3, 2], ...input, declared } },
              build: (g, { x }) => g.op(op, axes === null ? [x] : [x, g.ints(axes)], { keepdims }),
            });
          }
        }
      });
    }
    it(`${op} with axes computed while running, and with none`, async () => {
      await checkGradients({
        inputs: { x: { dims: [2, 3, 2], ...input } },
        fixed: { axes: { type: "int64", dims: [2], data: BigInt64Array.of(0n, -1n) } },
        build: (g, { x, axes }) => [g.op(op, [x, axes], { keepdims: 0 }), g.op(op, [x, g.ints([])], { noop_with_empty_axes: 1 })].slice(0, 1),
      });
    });
  }

  it("ReduceSum of nothing is the identity", async () => {
    await checkGradients({ inputs: { x: { dims: [2, 3] } }, build: (g, { x }) => g.op("ReduceSum", [x], { noop_with_empty_axes: 1 }) });
  });

  it("ReduceProd with one zero and with two", async () => {
    await checkGradients({
      inputs: { x: { dims: [3, 3], values: [1, 0, 3, 2, 2, 2, 0, 0, 5] } },
      build: (g, { x }) => g.op("ReduceProd", [x, g.ints([1])]),
    });
  });

  it("CumSum, forward, backward, exclusive", async () => {
    for (const exclusive of [0, 1]) {
      for (const reverse of [0, 1]) {
        await checkGradients({ inputs: { x: { dims: [2, 4] } }, build: (g, { x }) => g.op("CumSum", [x, g.scalar(1, "int64")], { exclusive, reverse }) });
      }
    }
  });
});
