/** Values whose gradient is written by hand: where the reverse of a whole stretch of nodes has a shorter form than the reverse of each. */
import type { Tensor } from "../graph/builder.js";
import { graphOf } from "../graph/functions.js";
import { handDomain, withGradientOp } from "../graph/prune.js";
import { defineOperator, type GradientContext } from "./defineOperator.js";
import { giveOwnGradient } from "./ownGradient.js";

/** Y = the first of X, as many as there are Y; the others are what the gradient is asked by. Never leaves a graph: building one puts the values in its place. */
export const WithGradient = defineOperator(withGradientOp, {
  domain: handDomain,
  inputs: ["X..."],
  outputs: ["Y..."],
  shape: ({ node, inputs }) => node.outputs.map((_, i) => ({ type: inputs[i]!.type, shape: inputs[i]!.shape })),
  gradient: "unsupported",
});

/**
 * The same values, whose gradients by `inputs` are what `rule` gives (by the position of the input; `outputGradients` are those of the values,
 * null where nothing flows) instead of what the nodes between would. Costs nothing while running.
 */
export function withGradient(values: readonly Tensor[], inputs: readonly Tensor[], rule: (call: GradientContext, input: number) => Tensor | null): Tensor[] {
  const outputs = graphOf(...values, ...inputs).ops(withGradientOp, [...values, ...inputs], {}, { domain: handDomain, outputs: values.length });
  giveOwnGradient(outputs[0], { X: (call) => (call.slot < values.length ? null : rule(call, call.slot - values.length)) });
  return outputs;
}
