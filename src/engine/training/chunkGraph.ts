/**
 * K training steps as one ONNX Loop. Everything that a step changes (weights, optimizer state, running statistics) is carried from
 * step to step and stays inside; the data set, the batches' indices and the per-step scalars are inputs; losses come back one a step.
 * K is the length of the indices: any split of a run into chunks gives the same bits.
 */
import type { GraphBuilder, Tensor } from "../graph/builder.js";
import { subgraph } from "../graph/builder.js";
import type { Graph } from "../graph/types.js";
import { lowerForward, type LoweringFacts } from "../lowering/lowerForward.js";
import { encodeModel, irVersionOf } from "../onnx/encode.js";
import { newGraph } from "../ops/inference.js";
import { nchwcDomain } from "../ops/nchwc/blocked.js";
import { averagedTensors, nextAverage } from "./averaging.js";
import { clipByGroup } from "./clipping.js";
import { accumulateExamples, differentiateExamples, piecesOf, type Pieces, type StepExamples } from "./differentiateBatch.js";
import { tableLength, type Draw } from "./dropoutTable.js";
import type { ModelTensor } from "./parameters.js";
import { movedTensors, type TrainingProblem } from "./problem.js";
import { boundedNorm } from "./regularization.js";
import { decayOf, scalarsOf, stepScalars } from "./stepScalars.js";
import { buildStatistics, isWatched, type StatisticsBranch, type UpdatedTensor } from "./statistics.js";
import { buildTrainingForward, type TrainingForward } from "./trainingForward.js";

export interface ChunkOptions {
  readonly problem: TrainingProblem;
  readonly batch: number;
  readonly lowering: Pick<LoweringFacts, "lowering" | "blockSize">;
}

/** A compiled-to-be chunk, and how to feed and read it. */
export interface ChunkGraph {
  readonly model: Uint8Array;
  readonly graph: Graph;
  readonly nodes: number;
  /** What the loop carries, in order: names of inputs; the outputs have the same names with `/next`. */
  readonly carried: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** Names of inputs that no step changes: frozen tensors, and running statistics of frozen layers. */
  readonly fixed: readonly string[];
  /** Names of the optimizer's scalars: inputs `scalar/<name>`, float32 [steps]. */
  readonly scalars: readonly string[];
  /** Masks in the order of the input `mask_slices`, int64 [steps, masks, 2]; tables are the inputs `table/<rate>`. */
  readonly masks: readonly { readonly rate: Draw; readonly size: number; readonly length: number }[];
  readonly pieces: Pieces;
  /** null where the file wants none; else input `with_statistics`, bool [steps], and output `statistics`, [steps, length]. */
  readonly statistics: Omit<StatisticsBranch, "vector"> | null;
}

/**
 * Builds the loop for batches of one size. With augmentation there are the inputs `augment_numbers`, float32 [steps, batch, columns], `mixup_share`, float32 [steps],
 * and `mixup_partners`, int64 [steps, batch], as far as the file's list needs them. Outputs beside the carried: `losses` [steps], where there is a penalty `losses_with_penalty` [steps], for classification `all_outputs`
 * [steps, batch, width] (with a class for every step of an example, [steps, batch x steps, width]).
 */
export function buildChunkGraph({ problem, batch, lowering }: ChunkOptions): ChunkGraph {
  const { config, dataset, tensors, optimizer, augmentation } = problem;
  const pieces = piecesOf(problem, batch);
  const forward = buildTrainingForward(problem, pieces.size);
  // those of a language model, a row a token, would take more to carry out than to compute
  const isClassification = problem.lossProblem.task === "classification";
  const { groups, groupOf, frozen } = problem.grouping;
  const moved = movedTensors(tensors, problem.grouping);
  const averages = averagedTensors(problem);
  const stays = ({ fullName, learned }: ModelTensor): boolean => frozen.has(fullName) || (!learned && !forward.statistics.includes(fullName));
  const slotsOf = (tensor: ModelTensor): readonly string[] => optimizer.kind.slots(optimizer.arguments, tensor);
  const scalarNames = Object.keys(stepScalars(problem, 0, 1));
  const length = tableLength(Math.max(0, ...forward.masks.map(({ shape }) => sizeOf(shape))));
  const ofPiece = forward.masks.map(({ rate, shape }) => ({ rate, size: sizeOf(shape), length }));
  // the rest, with smaller masks, takes the beginnings of as many stretches
  const masks = Array.from({ length: pieces.count + Math.min(pieces.rest, 1) }, () => ofPiece).flat();

  // the outer graph: inputs, and the loop
  const outer = newGraph(null, problem.opset);
  const indices = outer.input("indices", "int64", ["steps", batch]);
  const inputs = outer.input("inputs", dataset.inputs.type, ["examples", ...dataset.inputs.dims.slice(1)]);
  const targets = outer.input("targets", dataset.targets.type, ["examples", ...dataset.targets.dims.slice(1)]);
  const scalarInputs = new Map(scalarNames.map((name) => [name, outer.input(`scalar/${name}`, "float32", ["steps"])]));
  const tables = new Map([...new Set(masks.map(({ rate }) => rate))].map((rate) => [rate, outer.input(`table/${rate}`, "float32", [length])]));
  const slices = masks.length > 0 ? outer.input("mask_slices", "int64", ["steps", masks.length, 2]) : null;
  const numbers = augmentation.columns > 0 ? outer.input("augment_numbers", "float32", ["steps", batch, augmentation.columns]) : null;
  const mixture = augmentation.alpha === null ? null : { share: outer.input("mixup_share", "float32", ["steps"]), partners: outer.input("mixup_partners", "int64", ["steps", batch]) };
  const hasStatistics = config.diagnostics.statistics !== "none" && (moved.length > 0 || problem.outline.some(isWatched));
  const flags = !hasStatistics ? null : outer.input("with_statistics", "bool", ["steps"]);
  const carried = [
    ...tensors.filter((t) => !stays(t)).map((t) => ({ name: t.fullName, shape: t.shape })),
    ...moved.flatMap((t) => slotsOf(t).map((slot) => ({ name: slotName(t.fullName, slot), shape: t.shape }))),
    ...averages.map(({ name, shape }) => ({ name, shape })),
  ];
  for (const { name, shape } of carried) outer.input(name, "float32", shape);
  const fixed = new Map(tensors.filter(stays).map((t) => [t.fullName, outer.input(t.fullName, "float32", t.shape)]));

  // one step
  const body = newGraph(outer);
  const step = body.input("step", "int64", []);
  const going = body.input("going", "bool", []);
  const held = new Map(carried.map(({ name, shape }) => [name, body.input(`held/${name}`, "float32", shape)]));
  const ofStep = (input: Tensor): Tensor => body.op("Gather", [input, step], { axis: 0 });

  const examples: StepExamples = {
    indices: ofStep(indices),
    slices: slices && ofStep(slices),
    numbers: numbers && ofStep(numbers),
    mixture: mixture && { share: ofStep(mixture.share), partners: ofStep(mixture.partners) },
  };
  const parameters = new Map([...tensors.filter((t) => held.has(t.fullName)).map((t) => [t.fullName, held.get(t.fullName)!] as const), ...fixed]);
  const source = { problem, lowering, inputs, targets, tables, parameters };
  const isWhole = pieces.count === 1 && pieces.rest === 0;
  const results = isWhole ? differentiateExamples(body, source, forward, examples) : accumulateExamples(body, source, pieces, forward, examples);
  const { minimised, gradients: raw, bound } = results;
  const weights = moved.map((t) => held.get(t.fullName)!);
  const clipped = clipByGroup(raw, moved.map((t) => groups[groupOf.get(t.fullName)!].clip), config.training.clip);
  const scalars = Object.fromEntries(scalarNames.map((name) => [name, ofStep(scalarInputs.get(name)!)]));
  const next = new Map<string, Tensor>(results.statistics);
  const updated: UpdatedTensor[] = moved.map((tensor, i) => {
    const group = groupOf.get(tensor.fullName)!;
    const own = Object.fromEntries(slotsOf(tensor).map((slot) => [slot, held.get(slotName(tensor.fullName, slot))!]));
    const { maxNorm } = problem.restraints.get(tensor.fullName)!;
    const groupScalars = scalarsOf(scalars, group);
    const decay = decayOf(problem, tensor, groupScalars);
    const parameter = decay === null ? weights[i] : body.op("Mul", [weights[i], decay]);
    const update = optimizer.kind.update(groups[group].arguments, { parameter, tensor, gradient: clipped[i], slots: own, scalars: groupScalars });
    const after = maxNorm === null ? update.parameter : boundedNorm(update.parameter, tensor.outputAxis, maxNorm);
    next.set(tensor.fullName, after);
    for (const slot of slotsOf(tensor)) next.set(slotName(tensor.fullName, slot), update.slots[slot]);
    return { tensor, before: weights[i], after, gradient: raw[i] };
  });
  for (const { fullName, name } of averages) next.set(name, nextAverage(held.get(name)!, next.get(fullName)!, config.training.polyak!));
  const statistics = flags === null ? null : branchOnStatistics(body, problem, ofStep(flags), updated, bound, forward, lowering);

  // by position; a new name would cost a copy of the tensor
  body.output(body.op("Identity", [going]));
  for (const { name } of carried) body.output(next.get(name)!);
  body.output(results.loss);
  if (problem.hasPenalty) body.output(minimised);
  if (isClassification) body.output(results.outputs);
  if (statistics !== null) body.output(statistics.vector);

  const outputNames = [...carried.map(({ name }) => `${name}/next`), "losses", ...(problem.hasPenalty ? ["losses_with_penalty"] : []), ...(isClassification ? ["all_outputs"] : []), ...(statistics === null ? [] : ["statistics"])];
  const steps = outer.op("Gather", [outer.op("Shape", [indices]), outer.constant({ type: "int64", dims: [], data: BigInt64Array.of(0n) })], { axis: 0 });
  const loop = body.build("step");
  const outputs = outer.ops("Loop", [steps, null, ...carried.map(({ name }) => outer.tensor(name))], { body: subgraph(loop) }, { outputNames });
  for (const output of outputs) outer.output(output);
  const opsets = new Map([["", outer.opset], [nchwcDomain, 1], ["com.microsoft", 1]]);
  const graph = outer.build("chunk");
  return {
    graph,
    model: encodeModel({ graph, opsets, irVersion: irVersionOf(outer.opset), metadata: new Map() }),
    nodes: loop.nodes.length,
    carried,
    fixed: [...fixed.keys()],
    scalars: scalarNames,
    masks,
    pieces,
    statistics,
  };
}

/** The name of an optimizer's tensor in graphs and checkpoints. */
export function slotName(parameter: string, slot: string): string {
  return `${parameter}/${slot}`;
}

/** The statistics of the step where its flag is set, zeros else. The layers' outputs are computed again there, from the same weights and masks. */
function branchOnStatistics(
  body: GraphBuilder,
  problem: TrainingProblem,
  flag: Tensor,
  updated: readonly UpdatedTensor[],
  bound: ReadonlyMap<string, Tensor>,
  forward: TrainingForward,
  lowering: ChunkOptions["lowering"],
): StatisticsBranch {
  const yes = newGraph(body);
  const values = lowerForward(forward.watched.graph, yes, { ...lowering, inputs: bound });
  const outputs = new Map([...forward.watched.byLayer].map(([layer, name]) => [layer, values.get(name)!]));
  const branch = buildStatistics(yes, updated, problem.outline, outputs);
  yes.output(branch.vector);
  const no = newGraph(body);
  no.output(no.op("Identity", [no.constant({ type: "float32", dims: [branch.length], data: new Float32Array(branch.length) })]));
  const vector = body.op("If", [flag], { then_branch: subgraph(yes.build("statistics")), else_branch: subgraph(no.build("no_statistics")) });
  return { ...branch, vector };
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}
