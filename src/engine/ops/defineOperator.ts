import type { GraphBuilder, InferredOutput, Tensor } from "../graph/builder.js";
import type { Attribute, Node } from "../graph/types.js";

/** What an attribute of this kind holds. */
export type AttributeValue<K extends Attribute["kind"]> = Extract<Attribute, { readonly kind: K }>["value"];

/** One call of an operator, as its rules see it. Attributes are read with ONNX's default beside them. */
export interface Call {
  readonly node: Node;
  readonly opset: number;
  /** By position; null where an optional input is absent. */
  readonly inputs: readonly (Tensor | null)[];
  attribute<K extends Attribute["kind"]>(name: string, kind: K): AttributeValue<K> | undefined;
  int(name: string, fallback: number): number;
  float(name: string, fallback: number): number;
  text(name: string, fallback: string): string;
  ints(name: string): readonly number[] | null;
}

/** What a shape rule sees: the call, and the graph in which it stands, for what subgraphs read from around them. */
export interface ShapeContext extends Call {
  readonly graph: GraphBuilder;
}

/** What a gradient rule sees: the call, its inputs and outputs, and the gradient of each output (null: nothing flows back through it). */
export interface GradientContext extends Call {
  readonly graph: GraphBuilder;
  readonly outputs: readonly (Tensor | null)[];
  readonly outputGradients: readonly (Tensor | null)[];
  /** Position of the input whose gradient is asked for; tells the repetitions of a "..." slot apart. */
  readonly slot: number;
  /** Values around the node that its subgraphs read and whose gradient is asked for. */
  readonly captured: readonly string[];
  /** A term that several slots use, computed once a call. */
  shared<T>(name: string, compute: () => T): T;
  /** The reverse pass through what a rule itself has built: gradients by `wrt`, null where nothing flows. */
  pullback(seeds: readonly Seed[], wrt: readonly Tensor[]): (Tensor | null)[];
}

/** A value and what flows back into it. */
export interface Seed {
  readonly output: Tensor;
  readonly gradient: Tensor;
}

/**
 * How a gradient reaches one input slot:
 * a rule - the gradient before un-broadcasting, which the engine does; null where nothing flows;
 * "zero" - the output is constant almost everywhere in this input, or the input only says how (an index, a shape, a ratio);
 * "unsupported" - there is a gradient, but not here.
 */
export type GradientRule = ((context: GradientContext) => Tensor | null) | "zero" | "unsupported";

/** One ONNX operator: its shape rule and a gradient rule for each input slot. */
export interface OperatorDefinition {
  readonly op: string;
  readonly domain: string;
  /** Slot names in ONNX's order; "X?" may be absent, a last "X..." repeats. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly shape: (context: ShapeContext) => readonly InferredOutput[];
  /** By slot name without its mark, or one answer for the whole operator. */
  readonly gradient: Readonly<Record<string, GradientRule>> | "zero" | "unsupported";
  /** For operators with subgraphs: the gradient by a value that these read from around the node. */
  readonly captured?: (context: GradientContext, name: string) => Tensor | null;
}

/** A slot's name without the mark of optional or repeated. */
type Bare<Slot extends string> = Slot extends `${infer Name}?` ? Name : Slot extends `${infer Name}...` ? Name : Slot;

/** Slots by name: optional ones may be null; repeated ones are a list. */
type Named<Slot extends string> = {
  readonly [S in Slot as Bare<S>]: S extends `${string}?` ? Tensor | null : S extends `${string}...` ? readonly Tensor[] : Tensor;
};

/** Gradients of the outputs, `dY` of `Y`: zeros where nothing flows back through a required output, null for an optional one. */
type GradientsOf<Slot extends string> = {
  readonly [S in Slot as `d${Bare<S>}`]: S extends `${string}?` ? Tensor | null : S extends `${string}...` ? readonly (Tensor | null)[] : Tensor;
};

/** A rule with its slots by name: `({ dY, A, B }) => ...`. */
type NamedRule<I extends string, O extends string> = ((context: GradientContext & Named<I> & Named<O> & GradientsOf<O>) => Tensor | null) | "zero" | "unsupported";

interface Declaration<I extends string, O extends string> {
  readonly domain?: string;
  readonly inputs: readonly I[];
  /** By default one, Y. */
  readonly outputs?: readonly O[];
  readonly shape: (context: ShapeContext & Named<I>) => readonly InferredOutput[];
  readonly gradient: Readonly<Record<Bare<I>, NamedRule<I, O>>> | "zero" | "unsupported";
  readonly captured?: OperatorDefinition["captured"];
}

/** Declares an operator. One file an operator, its formula as the first line. */
export function defineOperator<const I extends string, const O extends string = "Y">(op: string, declaration: Declaration<I, O>): OperatorDefinition {
  // the engine lays the named slots into the context at run time (see call.ts); the types above say which
  return { domain: "", outputs: ["Y"], ...declaration, op } as unknown as OperatorDefinition;
}

/** The declared slot of an input or output position; repeated slots take all that follow. Undefined beyond the last. */
export function slotAt(slots: readonly string[], position: number): string | undefined {
  const last = slots[slots.length - 1];
  return slots[position] ?? (last?.endsWith("...") ? last : undefined);
}

/** "X?" and "X..." as "X". */
export function bareName(slot: string): string {
  return slot.replace(/\?$|\.\.\.$/, "");
}
