/**
 * The reverse of an iteration: what Loop and Scan share. The states at the start of every pass are kept by running the body forwards
 * once more; then a Loop walks back over the passes, differentiating the body in each.
 */
import { subgraph, type GraphBuilder, type Tensor } from "../graph/builder.js";
import { add, gather, reshape, shapeOf, sub, zerosLike } from "../graph/functions.js";
import { isFloat } from "../graph/tensorData.js";
import type { GradientContext } from "./defineOperator.js";
import { giveOut, leavesFor } from "./subgraphs.js";

/** What one pass of a body computes: states for the next pass, and outputs of its own. `keepsOn` is the condition of Loop, where it has one. */
export interface Pass {
  readonly states: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly keepsOn: Tensor | null;
}

/** An iteration to reverse. Stacks have the passes as their first axis, in the order of the passes. */
export interface Iteration {
  /** The body in a graph: states, this pass's slices, the number of the pass, and what replaces values read from around. */
  readonly body: (graph: GraphBuilder, states: readonly Tensor[], slices: readonly Tensor[], pass: Tensor, replaced: ReadonlyMap<string, Tensor>) => Pass;
  readonly initial: readonly Tensor[];
  readonly slices: readonly Tensor[];
  /** The most passes, as int64 scalar; null for no bound. The condition before the first pass; null for true. */
  readonly trips: Tensor | null;
  readonly condition: Tensor | null;
}

/** What flows into an iteration's results: by state after the last pass, and by output a stack over the passes. */
export interface IterationSeeds {
  readonly states: readonly (Tensor | null)[];
  readonly outputs: readonly (Tensor | null)[];
}

/** Gradients by the initial states (null for those that are no floats), by the stacks of slices, and by values read from around. */
export interface IterationGradients {
  readonly initial: readonly (Tensor | null)[];
  readonly slices: readonly (Tensor | null)[];
  readonly captured: ReadonlyMap<string, Tensor>;
}

/** The gradients of an iteration, appended to the context's graph. */
export function reverseIteration(context: GradientContext, iteration: Iteration, seeds: IterationSeeds): IterationGradients {
  const { graph, captured } = context;
  const { initial, slices } = iteration;
  const kept = keptStates(graph, iteration);
  const passes = reshape(shapeOf(kept.numbers), []);

  const floatStates = initial.map((_, i) => i).filter((i) => isFloat(initial[i].type));
  const floatSlices = slices.map((_, i) => i).filter((i) => isFloat(slices[i].type));
  const starts = [...floatStates.map((i) => seeds.states[i] ?? zerosLike(initial[i])), ...captured.map((name) => zerosLike(graph.tensor(name)))];

  const body = graph.child();
  const step = body.input(graph.uniqueName("step"), "int64", []);
  const condition = body.input(graph.uniqueName("condition"), "bool", []);
  const carried = starts.map((start) => body.input(graph.uniqueName("flowing"), start.type, start.shape));
  const number = sub(sub(passes, body.scalar(1, "int64")), step);
  const at = (stack: Tensor): Tensor => gather(stack, number, 0);

  const states = kept.states.map((stack) => body.op("Identity", [at(stack)]));
  const parts = slices.map((stack) => body.op("Identity", [at(stack)]));
  const leaves = leavesFor(body, captured);
  const pass = iteration.body(body, states, parts, at(kept.numbers), leaves);
  const flowing = [
    ...floatStates.map((i, k) => ({ output: pass.states[i], gradient: carried[k] })),
    ...seeds.outputs.flatMap((stack, i) => (stack === null ? [] : [{ output: pass.outputs[i], gradient: at(stack) }])),
  ];
  const wrt = [...floatStates.map((i) => states[i]), ...leaves.values(), ...floatSlices.map((i) => parts[i])];
  const found = context.pullback(flowing, wrt).map((gradient, i) => gradient ?? zerosLike(wrt[i]));

  giveOut(body, condition);
  for (const gradient of found.slice(0, floatStates.length)) giveOut(body, gradient);
  captured.forEach((_, i) => giveOut(body, add(carried[floatStates.length + i], found[floatStates.length + i])));
  for (const gradient of found.slice(starts.length)) giveOut(body, gradient);

  const results = graph.ops("Loop", [passes, null, ...starts], { body: subgraph(body.build(graph.uniqueName("reverse"))) }, { outputs: starts.length + floatSlices.length });
  const by = (places: readonly number[], first: number, count: number): (Tensor | null)[] =>
    Array.from({ length: count }, (_, i) => (places.includes(i) ? results[first + places.indexOf(i)] : null));
  return {
    initial: by(floatStates, 0, initial.length),
    // the passes were walked backwards
    slices: by(floatSlices, starts.length, slices.length).map((stack) => (stack === null ? null : reversedStack(stack))),
    captured: new Map(captured.map((name, i) => [name, results[floatStates.length + i]])),
  };
}

/** The states at the start of each pass, stacked, and the numbers of the passes that were made. */
function keptStates(graph: GraphBuilder, { body, initial, slices, trips, condition }: Iteration): { readonly states: readonly Tensor[]; readonly numbers: Tensor } {
  const own = graph.child();
  const number = own.input(graph.uniqueName("pass"), "int64", []);
  const going = own.input(graph.uniqueName("condition"), "bool", []);
  const states = initial.map((start) => own.input(graph.uniqueName("state"), start.type, start.shape));
  const pass = body(own, states, slices.map((stack) => gather(stack, number, 0)), number, new Map());
  giveOut(own, pass.keepsOn ?? going);
  for (const state of pass.states) giveOut(own, state);
  for (const state of states) giveOut(own, state);
  giveOut(own, number);
  const outputs = graph.ops("Loop", [trips, condition, ...initial], { body: subgraph(own.build(graph.uniqueName("kept"))) }, { outputs: 2 * initial.length + 1 });
  return { states: outputs.slice(initial.length, 2 * initial.length), numbers: outputs[2 * initial.length] };
}

/** A stack with its first axis in reverse. */
export function reversedStack(stack: Tensor): Tensor {
  const g = stack.builder;
  return g.op("Slice", [stack, g.ints([-1]), g.ints([-Number.MAX_SAFE_INTEGER]), g.ints([0]), g.ints([-1])]);
}
