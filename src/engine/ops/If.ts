import type { GraphBuilder, Tensor } from "../graph/builder.js";
import { subgraph } from "../graph/builder.js";
import { zerosLike } from "../graph/functions.js";
import { defineOperator, type GradientContext } from "./defineOperator.js";
import { bodyOf, giveOut, inlined, leavesFor } from "./subgraphs.js";
import type { Graph, Value } from "../graph/types.js";

/** Outputs = those of the branch that the condition picks. ONNX If-21. */
export const If = defineOperator("If", {
  inputs: ["condition"],
  outputs: ["outputs..."],
  shape: ({ attribute }) => {
    const [yes, no] = [attribute("then_branch", "graph"), attribute("else_branch", "graph")];
    return (yes?.outputs ?? []).map((value, i) => ({ type: value.type, shape: commonShape(value, no, i) }));
  },
  gradient: { condition: "zero" },
  captured: (call, name) => call.shared("branches", () => branchGradients(call)).get(name) ?? null,
});

/** Dimensions on which both branches agree. */
function commonShape(value: Value, other: Graph | undefined, output: number): Value["shape"] {
  const shape = other?.outputs[output]?.shape ?? null;
  if (value.shape === null || shape === null || shape.length !== value.shape.length) return null;
  return value.shape.map((dim, i) => (dim === shape[i] ? dim : null));
}

/** An If whose branches compute the gradients of those of this one; a branch that does not read a value gives zeros for it. */
function branchGradients(call: GradientContext): ReadonlyMap<string, Tensor> {
  const { graph, inputs, captured } = call;
  const branch = (name: string): Graph => gradientBranch(call, bodyOf(call, name)).build(graph.uniqueName(`${name}_gradients`));
  const attributes = { then_branch: subgraph(branch("then_branch")), else_branch: subgraph(branch("else_branch")) };
  const gradients = graph.ops("If", inputs, attributes, { outputs: captured.length });
  return new Map(captured.map((name, i) => [name, gradients[i]]));
}

function gradientBranch({ graph, captured, outputGradients, pullback }: GradientContext, branch: Graph): GraphBuilder {
  const own = graph.child();
  const leaves = leavesFor(own, captured);
  const outputs = inlined(own, branch, [], leaves);
  const seeds = outputs.flatMap((output, i) => {
    const gradient = outputGradients[i] ?? null;
    return gradient === null ? [] : [{ output, gradient }];
  });
  const values = [...leaves.values()];
  pullback(seeds, values).forEach((gradient, i) => giveOut(own, gradient ?? zerosLike(values[i])));
  return own;
}
