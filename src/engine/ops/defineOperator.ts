import type { GraphBuilder, InferredOutput, Tensor } from "../graph/builder.js";
import type { Attribute, Node } from "../graph/types.js";

/** What a shape rule sees. */
export interface ShapeContext {
  readonly node: Node;
  /** By position; null where an optional input is absent. */
  readonly inputs: readonly (Tensor | null)[];
  readonly opset: number;
}

/** What a gradient rule sees: the call, its inputs and outputs, and the gradient of each output (null: nothing flows back through it). */
export interface GradientContext {
  readonly graph: GraphBuilder;
  readonly node: Node;
  readonly inputs: readonly (Tensor | null)[];
  readonly outputs: readonly (Tensor | null)[];
  readonly outputGradients: readonly (Tensor | null)[];
  attribute<K extends Attribute["kind"]>(name: string, kind: K): Extract<Attribute, { kind: K }>["value"] | undefined;
}

/**
 * How a gradient reaches one input slot:
 * a rule - the gradient before un-broadcasting, which the engine does;
 * "zero" - the output is constant almost everywhere in this input, or the input only says how (an index, a shape, a ratio).
 */
export type GradientRule = ((context: GradientContext) => Tensor | null) | "zero";

/** One ONNX operator: its shape rule and a gradient rule for each input slot. */
export interface OperatorDefinition {
  readonly op: string;
  readonly domain: string;
  /** Slot names in ONNX's order. A last name with "..." repeats. */
  readonly inputs: readonly string[];
  readonly shape: (context: ShapeContext) => readonly InferredOutput[];
  /** By slot name; "zero" for the whole operator where it is constant almost everywhere. */
  readonly gradient: Readonly<Record<string, GradientRule>> | "zero";
}

/** Declares an operator. One file an operator, its formula as the first line. */
export function defineOperator(op: string, definition: Omit<OperatorDefinition, "op" | "domain"> & { readonly domain?: string }): OperatorDefinition {
  return { op, domain: "", ...definition };
}
