/**
 * K training steps as one ONNX Loop. Everything that a step changes (weights, optimizer state, running statistics) is carried from
 * step to step and stays inside; the data set, the batches' indices and the per-step scalars are inputs; losses come back one a step.
 * K is the length of the indices: any split of a run into chunks gives the same bits.
 */
import type { GraphBuilder, InferredOutput, Tensor } from "../graph/builder.js";
import { subgraph } from "../graph/builder.js";
import { inMixedPrecision } from "../graph/mixedPrecision.js";
import { isStatic } from "../graph/shapes.js";
import type { Graph } from "../graph/types.js";
import { lowerForward, type LoweringFacts } from "../lowering/lowerForward.js";
import { sumsInConvolutions } from "../lowering/sumsInConvolutions.js";
import { forWebGpu } from "../lowering/forWebGpu.js";
import { encodeModel, irVersionOf } from "../onnx/encode.js";
import { newGraph } from "../ops/inference.js";
import { nchwcDomain, useBlockSize } from "../ops/nchwc/blocked.js";
import { averagedTensors, averageName, nextAverage } from "./averaging.js";
import { clipByGroup } from "./clipping.js";
import { accumulateExamples, differentiateExamples, piecesOf, type BatchGradients, type Pieces, type StepExamples } from "./differentiateBatch.js";
import { tableLength, type Draw } from "./dropoutTable.js";
import { initialLossScale, lossScaleNames, nextLossScale, unscaled } from "./lossScale.js";
import type { ModelTensor } from "./parameters.js";
import { carriedAverages, carriedFor, carriedUnits, packed, unpacked, type CarriedTensor, type Unit } from "./packs.js";
import { movedTensors, type TrainingProblem } from "./problem.js";
import { boundedNorm } from "./regularization.js";
import { decayOf, scalarsOf, stepScalars } from "./stepScalars.js";
import { buildStatistics, isWatched, keepsOutputs, type StatisticsBranch, type UpdatedUnit } from "./statistics.js";
import { buildTrainingForward, type TrainingForward } from "./trainingForward.js";

export interface ChunkOptions {
  readonly problem: TrainingProblem;
  readonly batch: number;
  readonly lowering: Omit<LoweringFacts, "inputs">;
  /** Whether the data set is part of the model, so that it lies on the device from the beginning, instead of an input of every call. */
  readonly resident?: boolean;
}

/** A compiled-to-be chunk, and how to feed and read it. */
export interface ChunkGraph {
  readonly model: Uint8Array;
  readonly graph: Graph;
  readonly nodes: number;
  /** What the loop carries, in order: names of inputs; the outputs have the same names with `/next`. Small tensors lie in vectors. */
  readonly carried: readonly CarriedTensor[];
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
export function buildChunkGraph({ problem, batch, lowering, resident = false }: ChunkOptions): ChunkGraph {
  const { config, dataset, tensors, optimizer, augmentation } = problem;
  const pieces = piecesOf(problem, batch);
  const forward = buildTrainingForward(problem, pieces.size);
  // those of a language model, a row a token, would take more to carry out than to compute
  const isClassification = problem.lossProblem.task === "classification";
  const { groups, groupOf, frozen } = problem.grouping;
  const moved = movedTensors(tensors, problem.grouping);
  const averages = averagedTensors(problem);
  const stays = ({ fullName, learned }: ModelTensor): boolean => frozen.has(fullName) || (!learned && !forward.statistics.includes(fullName));
  const units = carriedUnits(problem, forward.statistics);
  const slotsOf = (unit: Unit): readonly string[] => optimizer.kind.slots(optimizer.arguments, unit.members[0]);
  const scalarNames = Object.keys(stepScalars(problem, 0, 1));
  const length = tableLength(Math.max(0, ...forward.masks.map(({ shape }) => sizeOf(shape))));
  const ofPiece = forward.masks.map(({ rate, shape }) => ({ rate, size: sizeOf(shape), length }));
  // the rest, with smaller masks, takes the beginnings of as many stretches
  const masks = Array.from({ length: pieces.count + Math.min(pieces.rest, 1) }, () => ofPiece).flat();

  // the outer graph: inputs, and the loop
  const outer = newGraph(null, problem.opset);
  // frozen weights are brought into blocks there, once a chunk
  if (lowering.lowering === "blocked" && lowering.blockSize !== null) useBlockSize(outer, lowering.blockSize);
  const indices = outer.input("indices", "int64", ["steps", batch]);
  const examplesOf = (name: "inputs" | "targets"): Tensor => (resident ? outer.initializer(name, dataset[name]) : outer.input(name, dataset[name].type, ["examples", ...dataset[name].dims.slice(1)]));
  const [inputs, targets] = [examplesOf("inputs"), examplesOf("targets")];
  const scalarInputs = new Map(scalarNames.map((name) => [name, outer.input(`scalar/${name}`, "float32", ["steps"])]));
  const tables = new Map([...new Set(masks.map(({ rate }) => rate))].map((rate) => [rate, outer.input(`table/${rate}`, "float32", [length])]));
  const slices = masks.length > 0 ? outer.input("mask_slices", "int64", ["steps", masks.length, 2]) : null;
  const numbers = augmentation.columns > 0 ? outer.input("augment_numbers", "float32", ["steps", batch, augmentation.columns]) : null;
  const mixture = augmentation.alpha === null ? null : { share: outer.input("mixup_share", "float32", ["steps"]), partners: outer.input("mixup_partners", "int64", ["steps", batch]) };
  const hasStatistics = config.diagnostics.statistics !== "none" && (moved.length > 0 || problem.outline.some(isWatched));
  const flags = !hasStatistics ? null : outer.input("with_statistics", "bool", ["steps"]);
  const carried = [
    ...carriedFor([...units.moved, ...units.statistics], (name) => name),
    ...units.moved.flatMap((unit) => slotsOf(unit).flatMap((slot) => carriedFor([unit], (name) => slotName(name, slot)))),
    ...carriedAverages(problem, units.moved),
    ...Object.keys(initialLossScale(problem)).map((name) => ({ name, shape: [], parts: null })),
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
  const valuesOf = (unit: Unit): (readonly [string, Tensor])[] => unpacked(held.get(unit.name)!, unit).map((value, i) => [unit.members[i].fullName, value]);
  const parameters = new Map([...[...units.moved, ...units.statistics].flatMap(valuesOf), ...fixed]);
  const lossScale = held.get(lossScaleNames.scale) ?? null;
  const source = { problem, lowering, inputs, targets, tables, parameters, lossScale };
  const isWhole = pieces.count === 1 && pieces.rest === 0;
  // in blocks they would have to be brought out of them at every step
  const watching = flags !== null && lowering.lowering === "plain" && keepsOutputs(forward.watched.graph.outputs);
  const results = isWhole ? differentiateExamples(body, source, forward, examples, { watching }) : accumulateExamples(body, source, pieces, forward, examples);
  const { minimised } = results;
  const scaling = lossScale === null ? null : unscaled(results.gradients, lossScale);
  const raw = scaling?.gradients ?? results.gradients;
  const clipped = clipByGroup(raw, moved.map((t) => groups[groupOf.get(t.fullName)!].clip), config.training.clip);
  const gradientOf = (from: readonly Tensor[]): ((unit: Unit) => Tensor) => {
    const byName = new Map(moved.map((t, i) => [t.fullName, from[i]]));
    return (unit) => packed(unit.members.map(({ fullName }) => byName.get(fullName)!), unit);
  };
  const clippedGradients = new Map(units.moved.map((unit) => [unit, gradientOf(clipped)(unit)]));
  const isClipped = clipped.some((gradient, i) => gradient !== raw[i]);
  const rawGradients = isClipped && flags !== null ? new Map(units.moved.map((unit) => [unit, gradientOf(raw)(unit)])) : clippedGradients;
  const scalars = Object.fromEntries(scalarNames.map((name) => [name, ofStep(scalarInputs.get(name)!)]));
  const next = new Map<string, Tensor>(units.statistics.map((unit) => [unit.name, packed(unit.members.map(({ fullName }) => results.statistics.get(fullName)!), unit)]));
  for (const unit of inOrderOfUpdate(units.moved)) {
    const [tensor] = unit.members;
    const group = groupOf.get(tensor.fullName)!;
    const own = Object.fromEntries(slotsOf(unit).map((slot) => [slot, held.get(slotName(unit.name, slot))!]));
    const { maxNorm } = problem.restraints.get(tensor.fullName)!;
    const groupScalars = scalarsOf(scalars, group);
    const decay = decayOf(problem, tensor, groupScalars);
    const before = held.get(unit.name)!;
    const parameter = decay === null ? before : body.op("Mul", [before, decay]);
    const gradient = clippedGradients.get(unit)!;
    const update = optimizer.kind.update(groups[group].arguments, { parameter, tensor, gradient, slots: own, scalars: groupScalars });
    next.set(unit.name, maxNorm === null ? update.parameter : boundedNorm(update.parameter, tensor.outputAxis, maxNorm));
    for (const slot of slotsOf(unit)) next.set(slotName(unit.name, slot), update.slots[slot]);
  }
  if (averages.length > 0) for (const { name } of units.moved) next.set(averageName(name), nextAverage(held.get(averageName(name))!, next.get(name)!, config.training.polyak!));
  if (scaling !== null) {
    const measured = new Set(units.statistics.map(({ name }) => name));
    for (const [name, value] of next) if (!measured.has(name)) next.set(name, body.op("Where", [scaling.isFinite, value, held.get(name)!]));
    const after = nextLossScale(lossScale!, held.get(lossScaleNames.goodSteps)!, scaling.isFinite);
    next.set(lossScaleNames.scale, after.scale);
    next.set(lossScaleNames.goodSteps, after.goodSteps);
  }
  const changed = {
    moved: units.moved.map((unit) => ({ unit, before: held.get(unit.name)!, after: next.get(unit.name)!, gradient: rawGradients.get(unit)! })),
    statistics: units.statistics.map((unit) => ({ unit, before: held.get(unit.name)! })),
  };
  const statistics = flags === null ? null : branchOnStatistics(body, problem, ofStep(flags), changed, results, forward, lowering);

  // by position; a new name would cost a copy of the tensor
  body.output(body.op("Identity", [going]));
  for (const { name } of carried) body.output(next.get(name)!);
  body.output(results.loss);
  if (problem.hasPenalty) body.output(minimised);
  if (isClassification) body.output(results.outputs);
  if (statistics !== null) body.output(statistics.vector);

  const outputNames = [...carried.map(({ name }) => `${name}/next`), "losses", ...(problem.hasPenalty ? ["losses_with_penalty"] : []), ...(isClassification ? ["all_outputs"] : []), ...(statistics === null ? [] : ["statistics"])];
  const steps = outer.op("Gather", [outer.op("Shape", [indices]), outer.constant({ type: "int64", dims: [], data: BigInt64Array.of(0n) })], { axis: 0 });
  const weights32 = new Set([...[...units.moved, ...units.statistics].map(({ name }) => `held/${name}`), ...fixed.keys()]);
  const written = lowering.lowering === "webgpu" ? forWebGpu(body.build("step"), outer.opset) : sumsInConvolutions(body.build("step"));
  const loop = lossScale === null ? written : inMixedPrecision(written, weights32);
  const outputs = outer.ops("Loop", [steps, null, ...carried.map(({ name }) => outer.tensor(name))], { body: subgraph(loop) }, { outputNames, results: resultsOf(loop, carried.length) });
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

/** What a loop over this body gives, of which `carried` outputs are carried; undefined where the body leaves a dimension open. */
function resultsOf({ outputs }: Graph, carried: number): readonly InferredOutput[] | undefined {
  if (!outputs.every(({ shape }) => isStatic(shape))) return undefined;
  return outputs.slice(1).map(({ type, shape }, i) => ({ type, shape: i < carried ? shape : ["steps", ...shape!] }));
}

/**
 * Units in the order in which their updates are written. The runtime begins at what is written last and computes all that it needs, then what is before it: vectors
 * come first, since their gradients need the whole way back, and the last layer's tensors last, so that each weight's gradient is computed and
 * used while what it is made from is in the cache, and its activations are free again.
 */
function inOrderOfUpdate(units: readonly Unit[]): readonly Unit[] {
  return [...units.filter(({ members }) => members.length > 1), ...units.filter(({ members }) => members.length === 1)];
}

/** The name of an optimizer's tensor in graphs and checkpoints. */
export function slotName(parameter: string, slot: string): string {
  return `${parameter}/${slot}`;
}

/** What is carried, as units: before the step, and of what the optimizer moves after it, and by which gradients (before clipping). */
interface ChangedUnits {
  readonly moved: readonly UpdatedUnit[];
  readonly statistics: readonly { readonly unit: Unit; readonly before: Tensor }[];
}

/** The statistics of the step where its flag is set, zeros else. Layers' outputs that the step does not keep are computed again there, from the same weights and masks. */
function branchOnStatistics(
  body: GraphBuilder,
  problem: TrainingProblem,
  flag: Tensor,
  changed: ChangedUnits,
  { bound, watched }: Pick<BatchGradients, "bound" | "watched">,
  forward: TrainingForward,
  lowering: ChunkOptions["lowering"],
): StatisticsBranch {
  const yes = newGraph(body);
  const values = watched ?? outputsAgain(yes, changed, bound, forward, lowering);
  const outputs = new Map([...forward.watched.byLayer].map(([layer, name]) => [layer, values.get(name)!]));
  // float16 has no room for sums of squares, and WebGPU works at a single product without its peers
  const products = problem.config.training.precision === "float32" && lowering.lowering !== "webgpu";
  const branch = buildStatistics(yes, changed.moved, problem.outline, outputs, products);
  yes.output(branch.vector);
  const no = newGraph(body);
  no.output(no.op("Identity", [no.constant({ type: "float32", dims: [branch.length], data: new Float32Array(branch.length) })]));
  const vector = body.op("If", [flag], { then_branch: subgraph(yes.build("statistics")), else_branch: subgraph(no.build("no_statistics")) }, { results: [{ type: "float32", shape: [branch.length] }] });
  return { ...branch, vector };
}

/** The watched outputs computed within a branch. */
function outputsAgain(yes: GraphBuilder, changed: ChangedUnits, bound: ReadonlyMap<string, Tensor>, forward: TrainingForward, lowering: ChunkOptions["lowering"]): ReadonlyMap<string, Tensor> {
  // vectors are taken apart within the branch: what a branch reads from around it is dear while the session is made
  const parameters = [...changed.moved, ...changed.statistics].flatMap(({ unit, before }) => {
    const values = unpacked(unit.members.length === 1 ? before : yes.op("Identity", [before]), unit);
    return values.map((value, i) => [unit.members[i].fullName, value] as const);
  });
  return lowerForward(forward.watched.graph, yes, { ...lowering, inputs: new Map([...bound, ...parameters]) });
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}
