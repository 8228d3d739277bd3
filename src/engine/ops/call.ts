/** Makes the contexts that operators' rules read: attributes with defaults, inputs and outputs by the names of their slots. */
import { DescentError } from "../../common/errors.js";
import type { Tensor } from "../graph/builder.js";
import type { Attribute, Node } from "../graph/types.js";
import { bareName, type AttributeValue, type Call, type OperatorDefinition } from "./defineOperator.js";

/** The call with its slots by name. Throws `operator-input-missing` where a required input is absent. */
export function namedCall(definition: OperatorDefinition, node: Node, inputs: readonly (Tensor | null)[], opset: number): Call {
  return { ...callOf(node, inputs, opset), ...namedSlots(definition.inputs, inputs, (slot) => missing(node, slot)) };
}

function missing(node: Node, slot: string): never {
  throw new DescentError("operator-input-missing", `The operator ${node.op} (node ${node.name}) lacks its input ${slot}.`);
}

/** Values by slot name: `X` required, `X?` maybe null, `X...` all that remain. */
export function namedSlots(slots: readonly string[], values: readonly (Tensor | null)[], absent: (slot: string) => Tensor | null): Record<string, unknown> {
  const named: Record<string, unknown> = {};
  slots.forEach((slot, i) => {
    const name = bareName(slot);
    if (slot.endsWith("...")) named[name] = values.slice(i);
    else named[name] = values[i] ?? (slot.endsWith("?") ? null : absent(name));
  });
  return named;
}

/** The call without names for its slots. */
export function callOf(node: Node, inputs: readonly (Tensor | null)[], opset: number): Call {
  const attribute = <K extends Attribute["kind"]>(name: string, kind: K): AttributeValue<K> | undefined => {
    const found = node.attributes[name];
    if (found !== undefined && found.kind !== kind) {
      throw new DescentError("operator-attribute", `The attribute ${name} of ${node.op} (node ${node.name}) is of the kind ${found.kind}, not ${kind}.`);
    }
    return found?.value as AttributeValue<K> | undefined;
  };
  return {
    node,
    opset,
    inputs,
    attribute,
    int: (name, fallback) => attribute(name, "int") ?? fallback,
    float: (name, fallback) => attribute(name, "float") ?? fallback,
    text: (name, fallback) => attribute(name, "string") ?? fallback,
    ints: (name) => attribute(name, "ints") ?? null,
  };
}
