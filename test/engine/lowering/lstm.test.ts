/** LSTM in its fast form against the operator itself, whose gradient goes by the cell written out in plain operators. */
import { describe, expect, it } from "vitest";
import { gradients } from "../../../src/engine/differentiation/gradients.js";
import type { GraphBuilder, Tensor } from "../../../src/engine/graph/builder.js";
import { add, mul, reduceSum } from "../../../src/engine/graph/functions.js";
import { elementCount, tensorOf } from "../../../src/engine/graph/tensorData.js";
import type { ConstantTensor } from "../../../src/engine/graph/types.js";
import { lowerForward } from "../../../src/engine/lowering/lowerForward.js";
import { newGraph } from "../../../src/engine/ops/inference.js";
import { runGraph } from "../../helpers/backend.js";
import { randomSource } from "../../helpers/random.js";

interface Case {
  readonly direction: "forward" | "reverse" | "bidirectional";
  readonly bias: boolean;
  /** Outputs that the loss reads: Y, Y_h, Y_c. */
  readonly read: readonly number[];
  readonly time?: number;
  readonly initial?: boolean;
}

const [batch, features, units] = [5, 3, 4];

async function compare({ direction, bias, read, time = 6, initial = false }: Case, lowered: boolean): Promise<void> {
  const directions = direction === "bidirectional" ? 2 : 1;
  const shapes: Record<string, number[]> = {
    x: [time, batch, features], w: [directions, 4 * units, features], r: [directions, 4 * units, units],
    ...(bias ? { b: [directions, 8 * units] } : {}), ...(initial ? { h: [directions, batch, units] } : {}),
  };
  const outputs = [[time, directions, batch, units], [directions, batch, units], [directions, batch, units]];
  const random = randomSource(5);
  const values = (dims: readonly number[]): ConstantTensor => tensorOf("float32", dims, random.normals(elementCount(dims)).map((v) => 0.6 * v));
  const feeds = Object.fromEntries([...Object.entries(shapes), ...read.map((i) => [`weight${i}`, outputs[i]] as const)].map(([name, dims]) => [name, values(dims)]));
  const inputsOf = (g: GraphBuilder): Tensor[] => Object.entries(shapes).map(([name, dims]) => g.input(name, "float32", dims));

  const forwardGraph = newGraph();
  const [x, w, r, ...others] = inputsOf(forwardGraph);
  const [b, h] = [bias ? others[0] : null, initial ? others.at(-1)! : null];
  const results = forwardGraph.ops("LSTM", [x, w, r, b, null, h], { hidden_size: units, direction }, { outputs: 3 });
  for (const i of read) forwardGraph.output(results[i], `y${i}`);
  const forward = forwardGraph.build("forward");

  const run = async (fast: boolean): Promise<{ values: Record<string, number[]>; operators: readonly string[] }> => {
    const g = newGraph();
    const wrt = inputsOf(g);
    const weights = read.map((i) => g.input(`weight${i}`, "float32", outputs[i]));
    const found = fast ? lowerForward(forward, g, { lowering: "plain", blockSize: null }) : copied(g);
    const loss = read.map((i, k) => reduceSum(mul(found.get(`y${i}`)!, weights[k]), null)).reduce((sum, term) => add(sum, term));
    gradients(loss, wrt).forEach((gradient, i) => g.output(gradient, `gradient_${wrt[i].name}`));
    for (const i of read) g.output(found.get(`y${i}`)!, `out${i}`);
    return { values: await runGraph(g, feeds), operators: g.build("check").nodes.map(({ op }) => op) };
  };
  const copied = (g: GraphBuilder): Map<string, Tensor> => {
    for (const node of forward.nodes) g.append(node);
    return new Map(read.map((i) => [`y${i}`, g.tensor(`y${i}`)]));
  };
  const [plain, fast] = [await run(false), await run(true)];
  expect(plain.operators).toContain("LSTM");
  expect(fast.operators.includes("LSTM")).toBe(!lowered);
  expect(fast.operators).not.toContain("WithGradient");
  for (const [name, expected] of Object.entries(plain.values)) {
    expected.forEach((value, i) => expect(Math.abs(fast.values[name][i] - value), `${name}[${i}]`).toBeLessThan(1e-5 * Math.max(1, ...expected.map(Math.abs))));
  }
}

describe("an LSTM in its fast form equals the operator, with all its gradients", () => {
  const cases: readonly Case[] = [
    { direction: "forward", bias: true, read: [1] },
    { direction: "forward", bias: true, read: [0] },
    { direction: "forward", bias: false, read: [0, 1, 2] },
    { direction: "reverse", bias: true, read: [0, 2] },
    { direction: "bidirectional", bias: true, read: [0, 1, 2] },
    { direction: "bidirectional", bias: false, read: [2] },
    { direction: "forward", bias: true, read: [1, 2], time: 1 },
  ];
  it.each(cases)("%o", async (each) => compare(each, true));
});

it("keeps the operator where the form does not have it", async () => {
  await compare({ direction: "forward", bias: true, read: [0], initial: true }, false);
  await compare({ direction: "forward", bias: true, read: [1], time: 130 }, false);
});

it("ties what the way back needs to the forward pass on the processor alone", () => {
  const time = 6;
  const emptyRows = (provider: "cpu" | "webgpu" | "cuda"): number => {
    const forward = newGraph();
    const inputs = [[time, batch, features], [1, 4 * units, features], [1, 4 * units, units]].map((dims, i) => forward.input(`input${i}`, "float32", dims));
    forward.output(forward.ops("LSTM", inputs, { hidden_size: units }, { outputs: 1 })[0], "y");
    const built = forward.build("forward");
    const g = newGraph();
    for (const { name, dims } of inputs) g.input(name, "float32", dims);
    g.output(lowerForward(built, g, { lowering: provider === "webgpu" ? "webgpu" : "plain", blockSize: null, provider }).get("y")!, "y");
    return g.build("step").nodes.filter(({ op }) => op === "Gather").length;
  };
  // the slopes and what goes through the cell, of every step but the last
  expect(emptyRows("cpu")).toBe(2 * (time - 1));
  expect(emptyRows("webgpu")).toBe(0);
  expect(emptyRows("cuda")).toBe(0);
});
