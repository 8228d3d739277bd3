import type { Tensor } from "../graph/builder.js";
import { zerosLike } from "../graph/functions.js";
import { namedCall, namedSlots } from "../ops/call.js";
import { bareName, type GradientContext } from "../ops/defineOperator.js";
import { findOperator } from "../ops/registry.js";

/** What the gradient rules of one call see, by input position. Terms that rules share are computed once a call. */
export function gradientContext(at: Pick<GradientContext, "graph" | "node" | "outputGradients" | "captured" | "pullback">): (slot: number) => GradientContext {
  const { graph, node, outputGradients } = at;
  const definition = findOperator(node.domain, node.op);
  const inputs = node.inputs.map((name) => (name === "" ? null : graph.tensor(name)));
  const outputs = node.outputs.map((name) => (name === "" ? null : graph.tensor(name)));
  const terms = new Map<string, unknown>();
  const shared = <T>(name: string, compute: () => T): T => {
    if (!terms.has(name)) terms.set(name, compute());
    return terms.get(name) as T;
  };
  const call = { ...at, inputs, outputs, shared, slot: 0, ...(definition === undefined ? {} : namedCall(definition, node, inputs, graph.opset)) };
  Object.assign(call, namedSlots(definition?.outputs ?? [], outputs, () => null));
  nameGradients(call, definition?.outputs ?? [], outputs, outputGradients);
  return (slot) => {
    const context = Object.create(call) as GradientContext;
    return Object.defineProperty(context, "slot", { value: slot });
  };
}

/** `dY` for the gradient of output Y. Zeros are made only where a rule reads them. */
function nameGradients(call: object, slots: readonly string[], outputs: readonly (Tensor | null)[], gradients: readonly (Tensor | null)[]): void {
  slots.forEach((slot, i) => {
    const repeated = slot.endsWith("...");
    const optional = slot.endsWith("?");
    Object.defineProperty(call, `d${bareName(slot)}`, {
      get: () => (repeated ? gradients.slice(i) : (gradients[i] ?? (optional || outputs[i] == null ? null : zerosLike(outputs[i])))),
    });
  });
}
