/** What LSTM, GRU and RNN share: directions, lengths of sequences, initial states and the unrolling over time. */
import { subgraph, type GraphBuilder, type Tensor } from "../graph/builder.js";
import { add, concat, dimOf, keepWhere, less, matMul, reshape, scalarLike, slice, split, squeeze, transpose, unsqueeze, where } from "../graph/functions.js";
import type { Dim } from "../graph/types.js";
import type { InferredOutput } from "../graph/builder.js";
import type { Call, GradientContext } from "./defineOperator.js";
import { throughForm } from "./equivalentForm.js";
import { giveOut } from "./subgraphs.js";

/** Sequences up to this long become one chain of nodes; longer ones, and those of unknown length, a Scan. */
const longestUnrolled = 128;

/** Weights of one direction, without the axis of directions. */
export interface DirectionWeights {
  /** [hidden, gates * hidden] */
  readonly recurrence: Tensor;
  /** Biases of the inputs and of the recurrence, [gates * hidden] each; null for none. */
  readonly inputBias: Tensor | null;
  readonly recurrentBias: Tensor | null;
  /** Peepholes, [3 * hidden]; null for none. */
  readonly peepholes: Tensor | null;
  readonly hidden: number;
  /** Position of this direction's first activation in the list of all. */
  readonly direction: number;
}

/** One kind of network: how many gates the weights hold, which initial states it takes, and its step in time. */
export interface RecurrentKind {
  readonly gates: number;
  /** Positions of the inputs that hold initial states; the first is that of the output. */
  readonly states: readonly number[];
  readonly peepholes: number | null;
  /** Whether the recurrent bias of all gates may be added to the projected inputs at once. */
  readonly sumsBiases: boolean;
  /** New states from what the inputs contribute [batch, gates * hidden] and the old states [batch, hidden]. */
  readonly step: (projected: Tensor, states: readonly Tensor[], weights: DirectionWeights) => readonly Tensor[];
}

type Inputs = readonly (Tensor | null)[];

/** Shapes of Y, Y_h and, where there is one, Y_c. */
export function recurrentShapes(call: Call, states: number): readonly InferredOutput[] {
  const [X, , R] = call.inputs;
  if (!X?.shape || !R?.shape) return [{ type: X?.type ?? "float32", shape: null }];
  const [first, second] = X.shape;
  const batchFirst = call.int("layout", 0) === 1;
  const [time, batch] = batchFirst ? [second, first] : [first, second];
  const directions: Dim = call.text("direction", "forward") === "bidirectional" ? 2 : 1;
  const hidden = R.shape[2];
  const all = batchFirst ? [batch, time, directions, hidden] : [time, directions, batch, hidden];
  const last = batchFirst ? [batch, directions, hidden] : [directions, batch, hidden];
  return [all, ...Array.from({ length: states }, () => last)].map((shape) => ({ type: X.type, shape }));
}

/** The gradient by way of the network written out in matrix products and activations. */
export function recurrentGradient(call: GradientContext, kind: RecurrentKind): Tensor | null {
  return throughForm(call, (inputs) => {
    const batchFirst = call.int("layout", 0) === 1;
    const exchanged = (x: Tensor | null, perm: readonly number[]): Tensor | null => (x === null || !batchFirst ? x : transpose(x, perm));
    const x = exchanged(inputs[0] ?? null, [1, 0, 2]) as Tensor;
    const initial = kind.states.map((at) => exchanged(inputs[at] ?? null, [1, 0, 2]));
    const direction = call.text("direction", "forward");
    const count = direction === "bidirectional" ? 2 : 1;
    const results = Array.from({ length: count }, (_, d) => oneDirection(kind, inputs, { x, initial, d, count, backwards: direction === "reverse" || d === 1 }));
    const ys = concat(results.map(({ outputs }) => unsqueeze(outputs, [1])), 1);
    const states = kind.states.map((_, i) => concat(results.map(({ last }) => unsqueeze(last[i], [0])), 0));
    return [exchanged(ys, [2, 0, 1, 3]), ...states.map((state) => exchanged(state, [1, 0, 2]))];
  });
}

interface Direction {
  /** [time, batch, features] */
  readonly x: Tensor;
  /** [directions, batch, hidden] each */
  readonly initial: readonly (Tensor | null)[];
  readonly d: number;
  readonly count: number;
  readonly backwards: boolean;
}

/** Outputs [time, batch, hidden] and last states [batch, hidden] of one direction. */
function oneDirection(kind: RecurrentKind, inputs: Inputs, { x, initial, d, count, backwards }: Direction): { readonly outputs: Tensor; readonly last: readonly Tensor[] } {
  const own = (at: number): Tensor | null => {
    const all = inputs[at] ?? null;
    return all === null ? null : squeeze(count === 1 ? all : split(all, [1, 1], 0, 2)[d], [0]);
  };
  const lengths = inputs[4] ?? null;
  const hidden = (inputs[2] as Tensor).dims[2];
  const biases = own(3);
  const [inputBias, recurrentBias] = biases === null ? [null, null] : split(biases, [kind.gates * hidden, kind.gates * hidden], 0, 2);
  const weights: DirectionWeights = {
    recurrence: transpose(own(2) as Tensor, [1, 0]), inputBias, recurrentBias, peepholes: kind.peepholes === null ? null : own(kind.peepholes), hidden, direction: d,
  };
  const ordered = backwards ? reversedInTime(x, lengths) : x;
  const product = matMul(ordered, transpose(own(1) as Tensor, [1, 0]));
  const withInputBias = inputBias === null ? product : add(product, inputBias);
  const projected = recurrentBias !== null && kind.sumsBiases ? add(withInputBias, recurrentBias) : withInputBias;
  const starts = initial.map((state) => (state === null ? zeroState(x, hidden) : squeeze(count === 1 ? state : split(state, [1, 1], 0, 2)[d], [0])));

  const step = (part: Tensor, states: readonly Tensor[], time: Tensor): { readonly states: readonly Tensor[]; readonly output: Tensor } => {
    const next = kind.step(part, states, weights);
    if (lengths === null) return { states: next, output: next[0] };
    // beyond an example's end its states stay and its output is zero
    const within = unsqueeze(less(time, lengths), [1]);
    return { states: next.map((state, i) => where(within, state, states[i])), output: keepWhere(within, next[0]) };
  };
  const time = x.shape?.[0];
  const run = typeof time === "number" && time > 0 && time <= longestUnrolled ? unrolled(projected, starts, time, lengths, step) : scanned(projected, starts, lengths, step);
  return { outputs: backwards ? reversedInTime(run.outputs, lengths) : run.outputs, last: run.last };
}

type Step = (part: Tensor, states: readonly Tensor[], time: Tensor) => { readonly states: readonly Tensor[]; readonly output: Tensor };

function unrolled(projected: Tensor, starts: readonly Tensor[], time: number, lengths: Tensor | null, step: Step): { readonly outputs: Tensor; readonly last: readonly Tensor[] } {
  const parts = time === 1 ? [projected] : split(projected, Array.from({ length: time }, () => 1), 0, time);
  const outputs: Tensor[] = [];
  let states = starts;
  for (const [t, part] of parts.entries()) {
    const now = step(squeeze(part, [0]), states, timeOf(projected.builder, t, lengths));
    states = now.states;
    outputs.push(unsqueeze(now.output, [0]));
  }
  return { outputs: concat(outputs, 0), last: states };
}

function timeOf(graph: GraphBuilder, t: number, lengths: Tensor | null): Tensor {
  return graph.scalar(t, lengths?.type === "int64" ? "int64" : "int32");
}

function scanned(projected: Tensor, starts: readonly Tensor[], lengths: Tensor | null, step: Step): { readonly outputs: Tensor; readonly last: readonly Tensor[] } {
  const graph = projected.builder;
  const type = lengths?.type === "int64" ? "int64" : "int32";
  const count = graph.op("Cast", [reshape(dimOf(projected, 0), [])], { to: type === "int64" ? 7 : 6 });
  const times = graph.op("Range", [graph.scalar(0, type), count, graph.scalar(1, type)]);
  const body = graph.child();
  const states = starts.map((start) => body.input(graph.uniqueName("state"), start.type, start.shape));
  const part = body.input(graph.uniqueName("projected"), projected.type, projected.shape?.slice(1) ?? null);
  const time = body.input(graph.uniqueName("time"), type, []);
  const now = step(part, states, time);
  for (const state of now.states) giveOut(body, state);
  giveOut(body, now.output);
  const results = graph.ops("Scan", [...starts, projected, times], { body: subgraph(body.build(graph.uniqueName("steps"))), num_scan_inputs: 2 }, { outputs: starts.length + 1 });
  return { outputs: results[starts.length], last: results.slice(0, starts.length) };
}

/** [time, batch, ...] with every example's steps in reverse, as many as it has. */
function reversedInTime(x: Tensor, lengths: Tensor | null): Tensor {
  if (lengths === null) return slice(x, [-1], [-Number.MAX_SAFE_INTEGER], [0], [-1]);
  const long = x.builder.op("Cast", [lengths], { to: 7 });
  return x.builder.op("ReverseSequence", [x, long], { time_axis: 0, batch_axis: 1 });
}

/** Zeros [batch, hidden]. */
function zeroState(x: Tensor, hidden: number): Tensor {
  return x.builder.op("Expand", [scalarLike(x, 0), concat([dimOf(x, 1), x.builder.ints([hidden])], 0)]);
}
