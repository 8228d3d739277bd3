import { describe, expect, it } from "vitest";
import { gradients } from "../../../src/engine/differentiation/gradients.js";
import { subgraph, type GraphBuilder, type Tensor } from "../../../src/engine/graph/builder.js";
import { greater, mul, reduceSum } from "../../../src/engine/graph/functions.js";
import { tensorOf } from "../../../src/engine/graph/tensorData.js";
import type { Graph } from "../../../src/engine/graph/types.js";
import { checkGradients } from "../../helpers/gradientCheck.js";

/** A subgraph of these outputs, each through an Identity. */
function branch(parent: GraphBuilder, build: (g: GraphBuilder) => readonly Tensor[]): Graph {
  const own = parent.child();
  for (const value of build(own)) own.output(own.op("Identity", [value]));
  return own.build(parent.uniqueName("body"));
}

/** h' = tanh(h w) + x[i], `trips` times; gives the last h and every h w. */
function recurrence(g: GraphBuilder, h: Tensor, w: Tensor, x: Tensor, trips: Tensor | null, most: number | null): Tensor[] {
  const body = branch(g, (own) => {
    const i = own.input("i", "int64", []);
    const going = own.input("going", "bool", []);
    const state = own.input("state", h.type, h.shape);
    const product = own.op("MatMul", [state, w]);
    const next = own.op("Add", [own.op("Tanh", [product]), own.op("Gather", [x, i])]);
    const keepsOn = most === null ? going : own.op("Less", [i, own.scalar(most - 1, "int64")]);
    return [keepsOn, next, product];
  });
  return g.ops("Loop", [trips, most === null ? null : g.scalar(1, "bool"), h], { body: subgraph(body) }, { outputs: 2 });
}

const recurrent = { h: { dims: [2, 3] }, w: { dims: [3, 3] }, x: { dims: [4, 2, 3] } };

describe("gradients of Loop agree with differences", () => {
  it("a fixed number of passes: carried, scanned and values around", () =>
    checkGradients({ inputs: recurrent, build: (g, { h, w, x }) => recurrence(g, h, w, x, g.scalar(4, "int64"), null) }));

  it("only the scanned output, only the last state", async () => {
    for (const which of [0, 1]) await checkGradients({ inputs: recurrent, build: (g, { h, w, x }) => recurrence(g, h, w, x, g.scalar(4, "int64"), null)[which] });
  });

  it("a number of passes that is computed while running, and a condition that ends it", async () => {
    await checkGradients({
      inputs: recurrent,
      fixed: { trips: tensorOf("int64", [], [3]) },
      build: (g, { h, w, x, trips }) => recurrence(g, h, w, x, trips, null),
    });
    await checkGradients({ inputs: recurrent, build: (g, { h, w, x }) => recurrence(g, h, w, x, null, 2) });
  });

  it("no pass at all leaves the state as it was", async () => {
    const { h } = await checkGradients({
      inputs: recurrent,
      fixed: { trips: tensorOf("int64", [], [0]) },
      build: (g, t) => reduceSum(recurrence(g, t.h, t.w, t.x, t.trips, null)[0], null),
    });
    expect(new Set(h.map((value) => value.toFixed(6))).size).toBe(1);
  });

  it("a Loop within a Loop", () =>
    checkGradients({
      inputs: { h: { dims: [2] }, w: { dims: [2] } },
      build: (g, { h, w }) => {
        const body = branch(g, (own) => {
          own.input("i", "int64", []);
          const going = own.input("going", "bool", []);
          const state = own.input("state", h.type, h.shape);
          const inner = branch(own, (deep) => {
            deep.input("k", "int64", []);
            const on = deep.input("on", "bool", []);
            const value = deep.input("value", h.type, h.shape);
            return [on, deep.op("Sin", [deep.op("Add", [deep.op("Mul", [value, w]), state])])];
          });
          return [going, own.op("Loop", [own.scalar(2, "int64"), null, state], { body: subgraph(inner) })];
        });
        return g.op("Loop", [g.scalar(3, "int64"), null, h], { body: subgraph(body) });
      },
    }));

  it("second derivatives", () =>
    checkGradients({
      inputs: recurrent,
      tolerance: 1e-5,
      build: (g, { h, w, x }) => gradients(reduceSum(recurrence(g, h, w, x, g.scalar(3, "int64"), null)[0], null), [h, w]),
    }));
});

describe("gradients of Scan agree with differences", () => {
  /** A running sum under weights, over the axes and in the directions that are asked for. */
  const scan = (g: GraphBuilder, t: Readonly<Record<string, Tensor>>, attributes: Readonly<Record<string, readonly number[]>>): Tensor[] => {
    const body = branch(g, (own) => {
      const state = own.input("state", t.h.type, [3]);
      const a = own.input("a", t.h.type, [3]);
      const b = own.input("b", t.h.type, [3]);
      const next = own.op("Tanh", [own.op("Add", [own.op("Mul", [state, t.w]), own.op("Mul", [a, b])])]);
      return [next, own.op("Mul", [next, next])];
    });
    return g.ops("Scan", [t.h, t.a, t.b], { body: subgraph(body), num_scan_inputs: 2, ...attributes }, { outputs: 2 });
  };

  it("forwards along the first axis", () =>
    checkGradients({ inputs: { h: { dims: [3] }, w: { dims: [3] }, a: { dims: [4, 3] }, b: { dims: [4, 3] } }, build: (g, t) => scan(g, t, {}) }));

  it("other axes and directions, a number of passes that is not known while building", () =>
    checkGradients({
      inputs: { h: { dims: [3] }, w: { dims: [3] }, a: { dims: [3, 4], declared: [3, "passes"] }, b: { dims: [4, 3], declared: ["passes", 3] } },
      build: (g, t) => scan(g, t, { scan_input_axes: [1, 0], scan_input_directions: [1, 0], scan_output_axes: [1], scan_output_directions: [1] }),
    }));
});

describe("gradients of If agree with differences", () => {
  for (const chosen of [1, 0]) {
    it(chosen === 1 ? "the first branch" : "the second branch", () =>
      checkGradients({
        inputs: { x: { dims: [3] }, w: { dims: [3] } },
        fixed: { condition: tensorOf("bool", [], [chosen]) },
        build: (g, { x, w, condition }) => {
          const yes = branch(g, (own) => [own.op("Mul", [x, w]), own.op("Sin", [x])]);
          const no = branch(g, (own) => [own.op("Exp", [x]), own.op("Identity", [x])]);
          return g.ops("If", [condition], { then_branch: subgraph(yes), else_branch: subgraph(no) }, { outputs: 2 });
        },
      }));
  }

  it("a condition computed from a value, within a Loop", () =>
    checkGradients({
      inputs: { x: { dims: [3] }, w: { dims: [] } },
      build: (g, { x, w }) => {
        const body = branch(g, (own) => {
          own.input("i", "int64", []);
          const going = own.input("going", "bool", []);
          const state = own.input("state", x.type, x.shape);
          const large = greater(reduceSum(mul(state, state), null), own.scalar(2, "float64"));
          const yes = branch(own, (deep) => [deep.op("Mul", [state, w])]);
          const no = branch(own, (deep) => [deep.op("Add", [state, state])]);
          return [going, own.op("If", [large], { then_branch: subgraph(yes), else_branch: subgraph(no) })];
        });
        return g.op("Loop", [g.scalar(4, "int64"), null, x], { body: subgraph(body) });
      },
    }));
});

