/** The form for a processor's cache against the operators themselves. */
import { describe, expect, it } from "vitest";
import { gradients } from "../../../src/engine/differentiation/gradients.js";
import { float, type GraphBuilder, type Tensor } from "../../../src/engine/graph/builder.js";
import { mul, reduceSum } from "../../../src/engine/graph/functions.js";
import { elementCount, tensorOf } from "../../../src/engine/graph/tensorData.js";
import { selfAttention } from "../../../src/engine/layers/attentionBlock.js";
import { lowerForward } from "../../../src/engine/lowering/lowerForward.js";
import { forms } from "../../../src/engine/lowering/table.js";
import { newGraph } from "../../../src/engine/ops/inference.js";
import { runGraph } from "../../helpers/backend.js";
import { randomSource } from "../../helpers/random.js";

interface Case {
  readonly shapes: readonly (readonly number[])[];
  readonly build: (g: GraphBuilder, inputs: readonly Tensor[]) => Tensor;
  /** Operators that the tiled graph has, and how often; what it has none of. */
  readonly has?: Readonly<Record<string, number>>;
  readonly lacks?: readonly string[];
}

const linear = (g: GraphBuilder, x: Tensor, w: Tensor, b: Tensor): Tensor => g.op("Add", [g.op("MatMul", [x, w]), b]);
const norm = (g: GraphBuilder, x: Tensor, scale: Tensor, offset: Tensor | null): Tensor => g.op("LayerNormalization", [x, scale, offset], { axis: -1, epsilon: float(1e-5) });

function attentionOf(causal: boolean, heads: number, time = 5, features = 12): Case["build"] {
  return (_, [x, w, b, out, offset]) => {
    const parameters: Readonly<Record<string, Tensor>> = { qkv_weight: w, qkv_bias: b, out_weight: out, out_bias: offset };
    return selfAttention(x, [time, features], heads, causal, "", { parameter: (name) => parameters[name], steps: null });
  };
}
const attentionShapes = [[3, 5, 12], [12, 36], [36], [12, 12], [12]];

const cases: Readonly<Record<string, Case>> = {
  "two dense layers around GELU": { shapes: [[2, 5, 8], [8, 20], [20], [20, 6], [6]], build: (g, [x, w, b, v, c]) => linear(g, g.op("Gelu", [linear(g, x, w, b)]), v, c), has: { Erf: 1, HardSigmoid: 1 }, lacks: ["Gelu", "MatMul"] },
  "in pieces of uneven length": { shapes: [[263, 4], [4, 1100], [1100], [1100, 3], [3]], build: (g, [x, w, b, v, c]) => linear(g, g.op("Gelu", [linear(g, x, w, b)]), v, c), has: { Erf: 3 } },
  "after a layer norm, without the second bias": { shapes: [[2, 5, 8], [8], [8], [8, 20], [20], [20, 6]], build: (g, [x, s, o, w, b, v]) => g.op("MatMul", [g.op("Gelu", [linear(g, norm(g, x, s, o), w, b)]), v]), has: { Erf: 1 }, lacks: ["Gelu"] },
  "around GELU by tanh": { shapes: [[2, 5, 8], [8, 20], [20], [20, 6], [6]], build: (g, [x, w, b, v, c]) => linear(g, g.op("Gelu", [linear(g, x, w, b)], { approximate: "tanh" }), v, c), has: { Gelu: 1 } },
  "a layer norm before a dense layer": { shapes: [[4, 3, 8], [8], [8], [8, 6], [6]], build: (g, [x, s, o, w, b]) => linear(g, norm(g, x, s, o), w, b) },
  "a layer norm without an offset before a product": { shapes: [[7, 8], [8], [8, 6]], build: (g, [x, s, w]) => g.op("MatMul", [norm(g, x, s, null), w]) },
  "a layer norm that others read too": { shapes: [[4, 3, 8], [8], [8], [8, 8], [8]], build: (g, [x, s, o, w, b]) => {
    const y = norm(g, x, s, o);
    return g.op("Add", [linear(g, y, w, b), y]);
  } },
  "attention": { shapes: attentionShapes, build: attentionOf(false, 3), has: { Softmax: 3 }, lacks: ["Transpose"] },
  "causal attention": { shapes: attentionShapes, build: attentionOf(true, 2), has: { Softmax: 2 }, lacks: ["Transpose"] },
  "attention of many heads": { shapes: [[3, 5, 12], [12, 36], [36], [12, 12], [12]], build: attentionOf(true, 12), has: { Softmax: 1 } },
  "attention with a mask of its own for each example": { shapes: [[3, 5, 12], [12, 36], [36], [12, 12], [12], [3, 5]], build: (g, [x, w, b, out, offset, steps]) => {
    const parameters: Readonly<Record<string, Tensor>> = { qkv_weight: w, qkv_bias: b, out_weight: out, out_bias: offset };
    return selfAttention(x, [5, 12], 2, true, "", { parameter: (name) => parameters[name], steps: g.op("HardSigmoid", [steps], { alpha: float(1e30), beta: float(0) }) });
  }, has: { Softmax: 2 } },
  "attention with a learned preference for places": { shapes: [[3, 5, 12], [12, 36], [36], [5, 5], [3, 1, 1, 5]], build: (g, [x, w, b, places, examples]) => {
    const parts = g.ops("Split", [g.op("Transpose", [g.op("Reshape", [linear(g, x, w, b), g.ints([-1, 5, 3, 2, 6])])], { perm: [2, 0, 3, 1, 4] })], { axis: 0, num_outputs: 3 }, { outputs: 3 });
    const [q, k, v] = parts.map((part) => g.op("Squeeze", [part, g.ints([0])]));
    const scores = g.op("Mul", [g.op("MatMul", [q, g.op("Transpose", [k], { perm: [0, 1, 3, 2] })]), g.scalar(0.5)]);
    const seen = g.op("Softmax", [g.op("Add", [g.op("Add", [scores, examples]), places])], { axis: -1 });
    return g.op("Reshape", [g.op("Transpose", [g.op("MatMul", [seen, v])], { perm: [0, 2, 1, 3] }), g.ints([-1, 5, 12])]);
  }, has: { Softmax: 2 }, lacks: ["Transpose"] },
  "attention after a layer norm": { shapes: [...attentionShapes, [12], [12]], build: (g, [x, w, b, out, offset, s, o]) => attentionOf(true, 2)(g, [norm(g, x, s, o), w, b, out, offset]), has: { Softmax: 2 } },
};

describe("the tiled form of", () => {
  it.each(Object.entries(cases))("%s", async (_, { shapes, build, has = {}, lacks = [] }) => {
    const random = randomSource(3);
    const forwardGraph = newGraph();
    const y = build(forwardGraph, shapes.map((dims, i) => forwardGraph.input(`x${i}`, "float32", dims)));
    forwardGraph.output(y, "y");
    const forward = forwardGraph.build("forward");
    const feeds = Object.fromEntries([...shapes, y.dims].map((dims, i) => [i < shapes.length ? `x${i}` : "weight", tensorOf("float32", dims, random.normals(elementCount(dims)))]));
    const run = async (lowering: "plain" | "tiled"): Promise<{ values: Record<string, number[]>; operators: readonly string[] }> => {
      const g = newGraph();
      const wrt = shapes.map((dims, i) => g.input(`x${i}`, "float32", dims));
      const weight = g.input("weight", "float32", y.dims);
      if (lowering === "plain") {
        for (const [name, constant] of forward.initializers) g.initializer(name, constant);
        for (const node of forward.nodes) g.append(node);
      }
      const found = lowering === "tiled" ? lowerForward(forward, g, { lowering, blockSize: null }).get("y")! : g.tensor("y");
      gradients(reduceSum(mul(found, weight), null), wrt).forEach((gradient, i) => g.output(gradient, `gradient${i}`));
      g.output(found, "out");
      return { values: await runGraph(g, feeds), operators: g.build("check").nodes.map(({ op }) => op) };
    };
    const [plain, tiled] = [await run("plain"), await run("tiled")];
    for (const [op, count] of Object.entries(has)) expect(tiled.operators.filter((name) => name === op), op).toHaveLength(count);
    for (const op of lacks) expect(tiled.operators).not.toContain(op);
    for (const [name, expected] of Object.entries(plain.values)) {
      const largest = Math.max(...expected.map(Math.abs));
      expected.forEach((value, i) => expect(Math.abs(tiled.values[name][i] - value), `${name}[${i}]`).toBeLessThanOrEqual(1e-5 * largest));
    }
  });

  it("values of more than sixteen pieces stays whole", () => {
    expect([1, 131072, 131073, 16 * 131072, 16 * 131072 + 1].map((values) => forms.tiles.count(values, 1))).toEqual([1, 1, 2, 16, 1]);
    expect(forms.tiles.count(131073, 2)).toBe(1);
  });
});
