import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DescentError } from "../../../src/common/errors.js";
import { gradients } from "../../../src/engine/differentiation/gradients.js";
import { add, matMul, mul, reduceMean, reduceSum, sub } from "../../../src/engine/graph/functions.js";
import { subgraph, type Tensor } from "../../../src/engine/graph/builder.js";
import { tensorOf } from "../../../src/engine/graph/tensorData.js";
import { newGraph } from "../../../src/engine/ops/inference.js";
import { runGraph } from "../../helpers/backend.js";
import { checkGradients } from "../../helpers/gradientCheck.js";

function operatorsOf(graph: ReturnType<typeof newGraph>): string[] {
  return graph.build("g").nodes.map((node) => node.op);
}

describe("gradients", () => {
  it("add up over every way from a value to the loss", async () => {
    const g = newGraph();
    const x = g.input("x", "float32", [2]);
    g.output(gradients(reduceSum(add(mul(x, x), add(x, mul(x, x))), null), [x])[0], "dx");
    expect((await runGraph(g, { x: tensorOf("float32", [2], [1, 3]) })).dx).toEqual([5, 13]);
  });

  it("are zeros of the value's shape where the loss does not depend on it, and ones for the loss itself", async () => {
    const g = newGraph();
    const [x, y] = [g.input("x", "float32", [2]), g.input("y", "float32", ["n", 2])];
    const loss = reduceSum(x, null);
    const [dy, dLoss] = gradients(loss, [y, loss]);
    g.output(dy, "dy");
    g.output(dLoss, "dl");
    const found = await runGraph(g, { x: tensorOf("float32", [2], [1, 1]), y: tensorOf("float32", [3, 2], [1, 1, 1, 1, 1, 1]) });
    expect(found).toEqual({ dy: [0, 0, 0, 0, 0, 0], dl: [1] });
  });

  it("of intermediate values come along with those before them", async () => {
    const g = newGraph();
    const x = g.input("x", "float32", [2]);
    const h = mul(x, g.scalar(3));
    const [dh, dx] = gradients(reduceSum(mul(h, h), null), [h, x]);
    g.output(dh, "dh");
    g.output(dx, "dx");
    expect(await runGraph(g, { x: tensorOf("float32", [2], [1, 2]) })).toEqual({ dh: [6, 12], dx: [18, 36] });
  });

  it("start from a seed", async () => {
    const g = newGraph();
    const x = g.input("x", "float32", [3]);
    g.output(gradients(mul(x, x), [x], { seed: g.constant(tensorOf("float32", [3], [1, 10, 100])) })[0], "dx");
    expect((await runGraph(g, { x: tensorOf("float32", [3], [1, 2, 3]) })).dx).toEqual([2, 40, 600]);
  });

  it("of gradients are second derivatives", async () => {
    const g = newGraph();
    const x = g.input("x", "float64", [2]);
    const [dx] = gradients(reduceSum(mul(x, mul(x, x)), null), [x]);
    g.output(gradients(reduceSum(dx, null), [x])[0], "ddx");
    expect((await runGraph(g, { x: tensorOf("float64", [2], [1, 2]) })).ddx).toEqual([6, 12]);
  });

  it("pass into the body of a loop from its outer graph", async () => {
    const outer = newGraph();
    const w = outer.input("w", "float32", [2]);
    const body = newGraph(outer);
    body.input("trip", "int64", []);
    const going = body.input("going", "bool", []);
    body.output(body.op("Identity", [going]), "still");
    const [dw] = gradients(reduceSum(mul(w, w), null), [w]);
    body.output(dw.builder === body ? dw : body.op("Identity", [dw]), "dw");
    outer.output(outer.op("Loop", [outer.scalar(2, "int64"), outer.constant(tensorOf("bool", [], [1]))], { body: subgraph(body.build("body")) }), "all");
    expect((await runGraph(outer, { w: tensorOf("float32", [2], [1, 2]) })).all).toEqual([2, 4, 2, 4]);
  });

  it("leave alone what does not lie between", () => {
    const g = newGraph();
    const [x, w] = [g.input("x", "float32", [4, 3]), g.input("w", "float32", [3, 2])];
    const unknown = g.op("Mystery", [x], {}, { domain: "somewhere" });
    const loss = reduceSum(matMul(x, w), null);
    g.output(gradients(loss, [w])[0], "dw");
    // the product for dw, and one row of ones spread over dY: nothing for x, nothing of the unknown operator
    expect(unknown.shape).toBeNull();
    expect(operatorsOf(g)).toEqual(["Expand", "Gemm", "Identity"]);
  });

  it("multiply by no ones and expand nothing needlessly", () => {
    const g = newGraph();
    const [x, t] = [g.input("x", "float32", [8, 3]), g.input("t", "float32", [8, 3])];
    const difference = sub(x, t);
    g.output(gradients(reduceMean(g.op("Pow", [difference, g.scalar(2)]), null), [x])[0], "dx");
    expect(operatorsOf(g)).toEqual(["Sub", "Mul", "Identity"]);
  });
});

describe("gradients that cannot be had", () => {
  const g = newGraph();
  const x = g.input("x", "float32", [2]);

  it("name the operator, its node and the value", () => {
    const y = g.op("Mystery", [x], {}, { domain: "somewhere", name: "layer7" });
    expect(() => gradients(reduceSum(y, null), [x])).toThrow(/somewhere\.Mystery \(node layer7\) has no gradient here.* on x/);
  });

  it("name the operator within a branch", () => {
    const branch = (): ReturnType<typeof subgraph> => {
      const inner = g.child();
      inner.output(inner.op("Mystery", [x], {}, { domain: "somewhere", name: "inside" }));
      return subgraph(inner.build("branch"));
    };
    const y = g.op("If", [g.constant(tensorOf("bool", [], [1]))], { then_branch: branch(), else_branch: branch() });
    expect(() => gradients(reduceSum(y, null), [x])).toThrow(/somewhere\.Mystery \(node inside.*\) has no gradient/);
  });

  it("ask for a single loss and for floating-point values", () => {
    expect(codeOf(() => gradients(x, [x]))).toBe("loss-not-scalar");
    expect(codeOf(() => gradients(reduceSum(x, null), [g.input("i", "int64", [2])]))).toBe("not-differentiable");
  });
});

describe("gradients of random compositions", () => {
  const unary = ["Tanh", "Neg", "Exp", "Identity", "Softmax"] as const;
  const binary = ["Add", "Sub", "Mul", "Max"] as const;
  const step = fc.record({ op: fc.constantFrom(...unary, ...binary), left: fc.nat(20), right: fc.nat(20) });

  it("agree with differences", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        await checkGradients({
          tolerance: 1e-4,
          inputs: { a: { dims: [2, 3], range: [-1, 1] }, b: { dims: [3], range: [-1, 1] }, c: { dims: [2, 1], range: [-1, 1] } },
          build: (graph, { a, b, c }) => {
            const values: Tensor[] = [a, b, c];
            for (const { op, left, right } of steps) {
              const [l, r] = [values[left % values.length], values[right % values.length]];
              // a bounded argument keeps towers of exponentials finite
              values.push((binary as readonly string[]).includes(op) ? graph.op("Tanh", [graph.op(op, [l, r])]) : graph.op(op, [l]));
            }
            return graph.op("Sum", [values[values.length - 1], a, b, c]);
          },
        });
      }),
      { numRuns: 25, seed: 5 },
    );
  });
});

function codeOf(run: () => unknown): string | null {
  try {
    run();
    return null;
  } catch (error) {
    return error instanceof DescentError ? error.code : "no DescentError";
  }
}
