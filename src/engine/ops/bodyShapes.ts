/** What subgraphs give, found by walking through their nodes: files leave it out, or say less than what is known around them. */
import { DescentError } from "../../common/errors.js";
import type { GraphBuilder, Tensor } from "../graph/builder.js";
import { inlineGraph } from "../graph/inlineGraph.js";
import type { DataType, Graph, Shape } from "../graph/types.js";

/** A value of which the type and what is known of its shape and elements matter. */
export interface KnownValue {
  readonly type: DataType;
  readonly shape: Shape | null;
  readonly elements?: Shape | null;
}

/** How often the shapes of states are followed around an iteration; what still changes then is unknown. */
const mostRounds = 3;

/** What a subgraph of a node in `graph` gives for inputs like these; dimensions that only it could tell are null. What cannot be inferred is as the file says. */
export function bodyShapes(graph: GraphBuilder, body: Graph, inputs: readonly (KnownValue | Tensor)[]): readonly KnownValue[] {
  const outside = graph.sinceHere();
  const scratch = graph.scratch();
  const bound = body.inputs.map(({ name, type }, i): [string, Tensor] => {
    const value = inputs[i] ?? { type, shape: null };
    return [name, "builder" in value ? value : scratch.input(name, value.type, value.shape)];
  });
  try {
    return inlineGraph(scratch, body, new Map(bound)).map(({ type, shape, elements }) => ({ type, shape: outside(shape), elements: outside(elements) }));
  } catch (error) {
    // a branch that is never taken may not fit what is around it
    if (error instanceof DescentError) return body.outputs.map(({ type, shape }) => ({ type, shape }));
    throw error;
  }
}

/** Dimensions on which both agree. */
export function commonShape(a: Shape | null, b: Shape | null): Shape | null {
  return a === null || b === null || a.length !== b.length ? null : a.map((dim, i) => (dim === b[i] ? dim : null));
}

/**
 * The states after any number of passes of a body, and what one pass gives. `inputs` lays the body's inputs out for states; its outputs have `before`
 * ones in front of the states.
 */
export function iterationShapes(
  graph: GraphBuilder,
  body: Graph,
  initial: readonly KnownValue[],
  inputs: (states: readonly KnownValue[]) => readonly (KnownValue | Tensor)[],
  before: number,
): { readonly states: readonly KnownValue[]; readonly outputs: readonly KnownValue[] } {
  let states: readonly KnownValue[] = initial;
  for (let round = 0; ; round++) {
    const outputs = bodyShapes(graph, body, inputs(states));
    const next = states.map(({ type, shape }, i) => ({ type, shape: round < mostRounds ? commonShape(shape, outputs[before + i]?.shape ?? null) : null }));
    if (next.every(({ shape }, i) => String(shape) === String(states[i].shape))) return { states, outputs };
    states = next;
  }
}
