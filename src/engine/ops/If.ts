import type { GraphBuilder, Tensor } from "../graph/builder.js";
import { subgraph } from "../graph/builder.js";
import { zerosLike } from "../graph/functions.js";
import { bodyShapes, commonShape } from "./bodyShapes.js";
import { defineOperator, type GradientContext } from "./defineOperator.js";
import { bodyOf, giveOut, inlined, leavesFor } from "./subgraphs.js";
import type { Graph } from "../graph/types.js";

/** Outputs = those of the branch that the condition picks. ONNX If-21. */
export const If = defineOperator("If", {
  inputs: ["condition"],
  outputs: ["outputs..."],
  shape: (call) => {
    const [yes, no] = [bodyOf(call, "then_branch"), bodyOf(call, "else_branch")].map((branch) => bodyShapes(call.graph, branch, []));
    return yes.map(({ type, shape }, i) => ({ type, shape: commonShape(shape, no[i]?.shape ?? null) }));
  },
  gradient: { condition: "zero" },
  captured: (call, name) => call.shared("branches", () => branchGradients(call)).get(name) ?? null,
});

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
