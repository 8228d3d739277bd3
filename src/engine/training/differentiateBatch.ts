/** From the examples of a step to the loss and its gradients: in one piece, or, with `accumulate`, micro-batch after micro-batch. */
import { gradients } from "../differentiation/gradients.js";
import { subgraph, type GraphBuilder, type Tensor } from "../graph/builder.js";
import { lowerForward, type LoweringFacts } from "../lowering/lowerForward.js";
import { newGraph } from "../ops/inference.js";
import { augmented, mixed, type StepDraws } from "./augmentation.js";
import type { Draw } from "./dropoutTable.js";
import { scaleInputs } from "./forward.js";
import { movedTensors, type TrainingProblem } from "./problem.js";
import { penalty } from "./regularization.js";
import { buildTrainingForward, mixesLosses, noiseInput, type TrainingForward } from "./trainingForward.js";

/** What the loss and the gradients of some examples are made from. */
export interface BatchSource {
  readonly problem: TrainingProblem;
  readonly lowering: Omit<LoweringFacts, "inputs">;
  /** The data set. */
  readonly inputs: Tensor;
  readonly targets: Tensor;
  /** Tables of random values. */
  readonly tables: ReadonlyMap<Draw, Tensor>;
  /** Every tensor of the model by its full name. */
  readonly parameters: ReadonlyMap<string, Tensor>;
  /** What the loss is multiplied by before it is differentiated; null: nothing. */
  readonly lossScale: Tensor | null;
}

/** The examples of a step, and what was drawn for them. */
export interface StepExamples {
  /** Their positions in the data set, int64 [batch]. */
  readonly indices: Tensor;
  /** Where the masks are sliced from their tables, int64 [masks, 2]; null: there are none. */
  readonly slices: Tensor | null;
  /** Numbers of augmentation, float32 [batch, columns]; null where none are drawn. */
  readonly numbers: Tensor | null;
  /** `partners`: int64 [batch], positions within a piece. */
  readonly mixture: StepDraws["mixture"];
}

export interface BatchGradients {
  /** Mean over the batch, and with penalties. */
  readonly loss: Tensor;
  readonly minimised: Tensor;
  /** [batch, width], or a row a step. */
  readonly outputs: Tensor;
  /** Next values of the model's statistics by full name. */
  readonly statistics: ReadonlyMap<string, Tensor>;
  /** Of the moved tensors, in their order; times the scale of the loss. */
  readonly gradients: readonly Tensor[];
  /** What the forward graph's inputs were bound to; of micro-batches, the first one. */
  readonly bound: ReadonlyMap<string, Tensor>;
  /** The watched layers' outputs by their names in the forward graph; null where they were not asked for. */
  readonly watched: ReadonlyMap<string, Tensor> | null;
}

/** The pieces of a batch: `count` of `size` examples, and a smaller rest (0: none). */
export interface Pieces {
  readonly size: number;
  readonly count: number;
  readonly rest: number;
}

/** How a batch is cut where the file accumulates gradients over micro-batches; one piece else. */
export function piecesOf({ config, dataset }: TrainingProblem, batch: number): Pieces {
  const { accumulate, batchSize } = config.training;
  const wanted = typeof batchSize === "number" ? batchSize : Math.ceil(dataset.splits.train.length / accumulate);
  const size = accumulate === 1 ? batch : Math.min(wanted, batch);
  return { size, count: Math.floor(batch / size), rest: batch % size };
}

/** Loss and gradients of the examples [size of forward] in `body`; with `watching` the watched layers' outputs too. */
export function differentiateExamples(body: GraphBuilder, source: BatchSource, forward: TrainingForward, examples: StepExamples, { fitting = true, watching = false } = {}): BatchGradients {
  const { problem, parameters } = source;
  const bound = bindExamples(body, source, forward, examples, fitting);
  const wanted = watching ? { ...forward.graph, outputs: [...forward.graph.outputs, ...forward.watched.graph.outputs] } : forward.graph;
  const results = lowerForward(wanted, body, { ...source.lowering, inputs: bound });
  const loss = results.get("loss")!;
  const moved = movedTensors(problem.tensors, problem.grouping);
  const penalties = penalty(moved.map(({ fullName }) => ({ x: parameters.get(fullName)!, l1: problem.restraints.get(fullName)!.l1, l2: problem.restraints.get(fullName)!.l2 })));
  const terms = [loss, results.get("activity_penalty") ?? null, penalties].filter((term) => term !== null);
  const minimised = terms.length === 1 ? loss : body.op("Sum", terms);
  return {
    loss, minimised, bound,
    watched: watching ? results : null,
    outputs: results.get("outputs")!,
    statistics: new Map(forward.statistics.map((name) => [name, results.get(`next/${name}`)!])),
    gradients: gradients(source.lossScale === null ? minimised : body.op("Mul", [minimised, source.lossScale]), moved.map(({ fullName }) => parameters.get(fullName)!)),
  };
}

function bindExamples(body: GraphBuilder, source: BatchSource, forward: TrainingForward, { indices, slices, numbers, mixture }: StepExamples, fitting: boolean): ReadonlyMap<string, Tensor> {
  const { problem } = source;
  const { augmentation, dataset } = problem;
  const stored = scaleInputs(body.op("Gather", [source.inputs, indices], { axis: 0 }), dataset.inputDivisor);
  const targets = dataset.task === "autoencoder" ? stored : body.op("Gather", [source.targets, indices], { axis: 0 });
  const masks = slices === null ? [] : sliceMasks(body, forward, source.tables, slices, fitting);
  const bound = new Map<string, Tensor>([["inputs", stored], ["targets", targets], ...source.parameters, ...forward.masks.map((mask, i) => [mask.input, masks[i]] as const)]);
  if (augmentation.entries.length === 0) return bound;
  const noise = forward.masks.flatMap(({ input }, i) => (input.startsWith(noiseInput("")) ? [masks[i]] : []));
  const draws: StepDraws = { numbers, noise, mixture };
  bound.set("inputs", augmented(augmentation, stored, draws));
  if (dataset.task === "autoencoder") bound.set("targets", augmented(augmentation, stored, draws, true));
  else if (mixture !== null && mixesLosses(problem)) {
    bound.set("share", mixture.share);
    bound.set("partner_targets", body.op("Gather", [targets, mixture.partners], { axis: 0 }));
  } else if (mixture !== null) bound.set("targets", mixed(targets, mixture));
  return bound;
}

/** Each mask: a stretch of its rate's table, by this step's row of [masks, 2]; not `fitting`: the beginning of a longer one. */
function sliceMasks(body: GraphBuilder, forward: TrainingForward, tables: ReadonlyMap<Draw, Tensor>, row: Tensor, fitting: boolean): Tensor[] {
  return forward.masks.map(({ rate, shape }, i) => {
    const bounds = body.op("Gather", [row, body.ints([i])], { axis: 0 });
    const [start, end] = body.ops("Split", [bounds], { axis: 1, num_outputs: 2 }, { outputs: 2 }).map((t) => body.op("Reshape", [t, body.ints([1])]));
    const stretch = body.op("Slice", [tables.get(rate)!, start, fitting ? end : body.op("Add", [start, body.ints([sizeOf(shape)])])]);
    return body.op("Reshape", [stretch, body.ints(shape)]);
  });
}

/**
 * The same in pieces: a loop over micro-batches of one size within the step, whose memory is that of one of them, and the rest after
 * it. Losses and gradients are means weighted by the number of examples (with class weights too); statistics move from piece to piece.
 */
export function accumulateExamples(body: GraphBuilder, source: BatchSource, { size, count, rest }: Pieces, forward: TrainingForward, examples: StepExamples): BatchGradients {
  const { problem, parameters } = source;
  const masks = forward.masks.length;
  const part = (x: Tensor, from: number, to: number): Tensor => body.op("Slice", [x, body.ints([from]), body.ints([to])]);
  /** The first `count` parts of so many rows, [count, rows, ...]. */
  const cut = <T extends Tensor | null>(x: T, rows: number): T => (x === null ? x : body.op("Reshape", [part(x, 0, count * rows), body.ints([count, rows, ...x.dims.slice(1)])])) as T;
  const pieces = { indices: cut(examples.indices, size), slices: cut(examples.slices, masks), numbers: cut(examples.numbers, size), partners: cut(examples.mixture?.partners ?? null, size) };
  const share = examples.mixture?.share ?? null;
  const piecesAt = (take: (x: Tensor) => Tensor): StepExamples => {
    const { indices, slices, numbers, partners } = pieces;
    return { indices: take(indices), slices: slices && take(slices), numbers: numbers && take(numbers), mixture: share && partners && { share, partners: take(partners) } };
  };
  const moved = movedTensors(problem.tensors, problem.grouping);

  // one micro-batch
  const inner = newGraph(body);
  const piece = inner.input("piece", "int64", []);
  const going = inner.input("going_on", "bool", []);
  const sums = ["loss", "minimised"].map((name) => inner.input(`sum/${name}`, "float32", []));
  const gradientSums = moved.map(({ fullName, shape }) => inner.input(`sum/${fullName}`, "float32", shape));
  const shapeOf = new Map(problem.tensors.map(({ fullName, shape }) => [fullName, shape]));
  const statistics = forward.statistics.map((name) => inner.input(`moving/${name}`, "float32", shapeOf.get(name)!));
  const ofPiece = (x: Tensor): Tensor => inner.op("Gather", [x, piece], { axis: 0 });
  // of this graph: what a lowering makes of weights belongs to the graph that is differentiated
  const own = [...parameters].map(([name, x]) => [name, inner.op("Identity", [x])] as const);
  const withStatistics = new Map([...own, ...forward.statistics.map((name, i) => [name, statistics[i]] as const)]);
  const one = differentiateExamples(inner, { ...source, parameters: withStatistics }, forward, piecesAt(ofPiece));
  inner.output(inner.op("Identity", [going]));
  [one.loss, one.minimised].forEach((x, i) => inner.output(inner.op("Add", [sums[i], x])));
  one.gradients.forEach((g, i) => inner.output(inner.op("Add", [gradientSums[i], g])));
  for (const name of forward.statistics) inner.output(one.statistics.get(name)!);
  inner.output(inner.op("Identity", [one.outputs]));

  const zero = (shape: readonly number[]): Tensor => body.constant({ type: "float32", dims: shape, data: new Float32Array(sizeOf(shape)) });
  const starts = [zero([]), zero([]), ...moved.map(({ shape }) => zero(shape)), ...forward.statistics.map((name) => parameters.get(name)!)];
  const repeats = body.constant({ type: "int64", dims: [], data: BigInt64Array.of(BigInt(count)) });
  const results = body.ops("Loop", [repeats, null, ...starts], { body: subgraph(inner.build("micro_batch")) }, { outputs: starts.length + 1 });
  const flat = body.op("Reshape", [results[starts.length], body.ints([count * size * problem.lossProblem.steps, problem.lossProblem.outputWidth])]);
  const movedStatistics = new Map(forward.statistics.map((name, i) => [name, results[2 + moved.length + i]]));

  const theRest = ({ indices, slices, numbers, mixture }: StepExamples): StepExamples => {
    const end = (x: Tensor, rows: number, length: number): Tensor => part(x, count * rows, count * rows + length);
    return { indices: end(indices, size, rest), slices: slices && end(slices, masks, masks), numbers: numbers && end(numbers, size, rest), mixture: mixture && { share: mixture.share, partners: end(mixture.partners, size, rest) } };
  };
  const last = rest === 0 ? null : differentiateExamples(
    body, { ...source, parameters: new Map([...parameters, ...movedStatistics]) }, buildTrainingForward(problem, rest),
    theRest(examples), { fitting: false },
  );
  const all = count * size + rest;
  const mean = (sum: Tensor, ofRest: Tensor | undefined): Tensor => {
    const share = body.op("Mul", [sum, body.scalar(size / all)]);
    return ofRest === undefined ? share : body.op("Add", [share, body.op("Mul", [ofRest, body.scalar(rest / all)])]);
  };
  const first = (x: Tensor): Tensor => body.op("Gather", [x, body.constant({ type: "int64", dims: [], data: BigInt64Array.of(0n) })], { axis: 0 });
  return {
    loss: mean(results[0], last?.loss),
    minimised: mean(results[1], last?.minimised),
    outputs: last === null ? flat : body.op("Concat", [flat, last.outputs], { axis: 0 }),
    statistics: last?.statistics ?? movedStatistics,
    gradients: moved.map((_, i) => mean(results[2 + i], last?.gradients[i])),
    bound: bindExamples(body, source, forward, piecesAt(first), true),
    watched: null,
  };
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}
