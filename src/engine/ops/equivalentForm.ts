/** Gradients by way of an equivalent form: an operator written once more in operators that have rules, and differentiated through those. */
import type { Tensor } from "../graph/builder.js";
import { isFloat } from "../graph/tensorData.js";
import type { GradientContext } from "./defineOperator.js";

/** The operator's outputs, computed by other operators from its inputs (by position); null for an output that the form leaves out. */
export type Form = (inputs: readonly (Tensor | null)[]) => readonly (Tensor | null)[];

/** The gradient by the input that the context asks for, through the form. The form is built once a call, and only gradients that are asked for stay in the graph. */
export function throughForm(context: GradientContext, form: Form): Tensor | null {
  const { graph, inputs, outputGradients, slot, shared, pullback } = context;
  const byPosition = shared("form", () => {
    // leaves of their own: gradients end here, even where one input is computed from another
    const leaves = inputs.map((input) => (input !== null && isFloat(input.type) ? graph.op("Identity", [input]) : input));
    const outputs = form(leaves);
    const seeds = outputs.flatMap((output, i) => {
      const gradient = outputGradients[i] ?? null;
      return output === null || gradient === null ? [] : [{ output, gradient }];
    });
    const floats = leaves.filter((leaf): leaf is Tensor => leaf !== null && isFloat(leaf.type));
    const gradients = new Map(pullback(seeds, floats).map((gradient, i) => [floats[i], gradient]));
    return leaves.map((leaf) => (leaf === null ? null : (gradients.get(leaf) ?? null)));
  });
  return byPosition[slot] ?? null;
}
