/** Forms that every lowering has against the operators themselves. */
import { expect, it } from "vitest";
import { gradients } from "../../../src/engine/differentiation/gradients.js";
import { float, type GraphBuilder, type Tensor } from "../../../src/engine/graph/builder.js";
import { mul, reduceSum } from "../../../src/engine/graph/functions.js";
import { elementCount, tensorOf } from "../../../src/engine/graph/tensorData.js";
import { lowerForward } from "../../../src/engine/lowering/lowerForward.js";
import { newGraph } from "../../../src/engine/ops/inference.js";
import { runGraph } from "../../helpers/backend.js";
import { randomSource } from "../../helpers/random.js";

type Build = (g: GraphBuilder, inputs: readonly Tensor[]) => Tensor;

const cases: Readonly<Record<string, { readonly shapes: readonly (readonly number[])[]; readonly build: Build; readonly lowered: boolean }>> = {
  "Gelu": { shapes: [[7, 33]], build: (g, [x]) => g.op("Gelu", [x]), lowered: true },
  "Gelu by tanh": { shapes: [[7, 33]], build: (g, [x]) => g.op("Gelu", [x], { approximate: "tanh" }), lowered: false },
  "LayerNormalization of steps": { shapes: [[3, 5, 16], [16], [16]], build: (g, [x, scale, b]) => g.op("LayerNormalization", [x, scale, b], { axis: -1, epsilon: float(1e-3) }), lowered: true },
  "LayerNormalization of rows, without an offset": { shapes: [[6, 9], [9]], build: (g, [x, scale]) => g.op("LayerNormalization", [x, scale]), lowered: true },
  "LayerNormalization over two axes": { shapes: [[3, 4, 6], [4, 6]], build: (g, [x, scale]) => g.op("LayerNormalization", [x, scale], { axis: 1 }), lowered: false },
};

it.each(Object.entries(cases))("%s", async (_, { shapes, build, lowered }) => {
  const random = randomSource(3);
  const forwardGraph = newGraph();
  const y = build(forwardGraph, shapes.map((dims, i) => forwardGraph.input(`x${i}`, "float32", dims)));
  forwardGraph.output(y, "y");
  const forward = forwardGraph.build("forward");
  const feeds = Object.fromEntries([...shapes, y.dims].map((dims, i) => [i < shapes.length ? `x${i}` : "weight", tensorOf("float32", dims, random.normals(elementCount(dims)).map((v) => 2 * v))]));
  const run = async (fast: boolean): Promise<{ values: Record<string, number[]>; operators: string }> => {
    const g = newGraph();
    const wrt = shapes.map((dims, i) => g.input(`x${i}`, "float32", dims));
    const weight = g.input("weight", "float32", y.dims);
    if (!fast) for (const node of forward.nodes) g.append(node);
    const found = fast ? lowerForward(forward, g, { lowering: "plain", blockSize: null }).get("y")! : g.tensor("y");
    gradients(reduceSum(mul(found, weight), null), wrt).forEach((gradient, i) => g.output(gradient, `gradient${i}`));
    g.output(found, "out");
    return { values: await runGraph(g, feeds), operators: g.build("check").nodes.map(({ op }) => op).join() };
  };
  const [plain, fast] = [await run(false), await run(true)];
  expect(fast.operators !== plain.operators).toBe(lowered);
  for (const [name, expected] of Object.entries(plain.values)) {
    const largest = Math.max(...expected.map(Math.abs));
    expected.forEach((value, i) => expect(Math.abs(fast.values[name][i] - value), `${name}[${i}]`).toBeLessThan(1e-5 * largest));
  }
});
