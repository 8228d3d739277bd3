/** What a training file and its data set amount to, checked: the model's layers, the loss and what it compares. */
import { DescentError } from "../../common/errors.js";
import { predictsClasses } from "../data/task.js";
import type { Dataset } from "../data/types.js";
import type { Chosen } from "../defineKind.js";
import { frozenTensors } from "../imported/frozen.js";
import { requireIndices } from "../imported/indices.js";
import { prepareImported, type ImportedModel } from "../imported/importedModel.js";
import { everyLayer } from "../layers/nested.js";
import { outlineModel, type LayerOutline } from "../layers/outline.js";
import { withVocabulary } from "../layers/vocabulary.js";
import type { LossKind, LossProblem } from "../losses/defineLoss.js";
import { defaultLoss, losses } from "../losses/registry.js";
import { defaultOpset } from "../ops/inference.js";
import { optimizers } from "../optimizers/registry.js";
import type { OptimizerKind } from "../optimizers/defineOptimizer.js";
import { schedules } from "../schedules/registry.js";
import type { ScheduleKind } from "../schedules/defineSchedule.js";
import { planAugmentation, type AugmentationPlan } from "./augmentation.js";
import type { TrainingConfig } from "./config.js";
import type { ForwardOptions } from "./forward.js";
import { groupTensors, unfrozenGrouping, type Grouping } from "./groups.js";
import { initialTensors } from "./initialTensors.js";
import { modelTensors, type ModelTensor, type TensorValues } from "./parameters.js";
import { activityPenalties, restraintOf, type ActivityPenalty, type Restraint } from "./regularization.js";

/** A kind from its table with its arguments. */
export interface Choice<K> {
  readonly kind: K;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface TrainingProblem {
  readonly config: TrainingConfig;
  readonly dataset: Dataset;
  readonly outline: readonly LayerOutline[];
  readonly tensors: readonly ModelTensor[];
  readonly loss: Choice<LossKind>;
  readonly lossProblem: LossProblem;
  readonly augmentation: AugmentationPlan;
  /** What stands before the listed layers; its layers come first in the outline. */
  readonly imported: ImportedModel | null;
  /** Version of the operator set that graphs of this problem are written in. */
  readonly opset: number;
  /** Tensors that begin with values of a file, by full name. */
  readonly initial: TensorValues;
  /** The problem as it is from `training.unfreeze` on; null where nothing is unfrozen. */
  readonly unfrozen: TrainingProblem | null;
  /** Index of the class that counts as yes; 1 where the file names none. */
  readonly positive: number;
  readonly threshold: number;
  readonly optimizer: Choice<OptimizerKind>;
  readonly schedule: Choice<ScheduleKind>;
  /** Layers that are held fixed altogether. */
  readonly still: ReadonlySet<string>;
  /** How each tensor is moved by the optimizer, or not at all. */
  readonly grouping: Grouping;
  /** By the full name of each tensor that is moved. */
  readonly restraints: ReadonlyMap<string, Restraint>;
  readonly activityPenalties: readonly ActivityPenalty[];
  /** Whether the loss that is minimised is more than the loss. */
  readonly hasPenalty: boolean;
}

/**
 * Puts file and data together. Throws DescentError where nothing can be computed: shapes that do not fit, a loss that
 * cannot compare outputs with targets, a training split without examples.
 */
export function describeProblem(config: TrainingConfig, dataset: Dataset): TrainingProblem {
  if (dataset.splits.train.length === 0) throw new DescentError("no-training-data", "The training split holds no example.", { path: "data" });
  const { imported, outline } = outlineOfConfig(config, dataset);
  const loss = choose(losses, config.loss ?? defaultLoss(dataset.task), "loss");
  const lossProblem = describeLossProblem(dataset, outline);
  try {
    loss.kind.check(loss.arguments, lossProblem);
  } catch (error) {
    throw error instanceof DescentError ? error.at({ path: error.code === "unknown-class" ? "loss" : outline.at(-1)?.path }) : error;
  }
  const tensors = modelTensors(outline);
  refuseHuge(tensors, outline);
  const still = config.still ?? new Set<string>();
  const optimizer = choose(optimizers, config.optimizer, "optimizer");
  const chosen = { kind: optimizer.kind.kind, arguments: optimizer.arguments };
  const grouping = groupTensors(chosen, tensors, config.regularization, new Set([...stillTensors(tensors, still), ...(imported === null ? [] : frozenTensors(imported, config.imported!.freeze))]));
  const problem = {
    config, dataset, outline, tensors, loss, lossProblem, augmentation: planAugmentation(config, dataset, outline), positive: positiveClass(config, dataset), threshold: config.decision.threshold, optimizer, still,
    imported, opset: imported?.opset ?? defaultOpset,
    initial: initialTensors(tensors, imported, config),
    schedule: choose(schedules, config.schedule, "schedule"),
    activityPenalties: activityPenalties(outline, config.regularization),
  };
  const { unfreeze } = config.training;
  const unfrozen = unfreeze === null || grouping.frozen.size === 0 ? null : moving(problem, unfrozenGrouping(chosen, tensors, config.regularization));
  return { ...moving(problem, grouping), unfrozen };
}

/** ONNX files and the runtime's tensors end at 2 GB. Throws `tensor-too-large` at the layer's line. */
function refuseHuge(tensors: readonly ModelTensor[], outline: readonly LayerOutline[]): void {
  const huge = tensors.find(({ shape }) => 4 * shape.reduce((product, dim) => product * dim, 1) >= 2 ** 31);
  if (huge === undefined) return;
  const gigabytes = (4 * huge.shape.reduce((product, dim) => product * dim, 1)) / 1e9;
  throw new DescentError("tensor-too-large", `${huge.fullName} would have shape [${huge.shape.join(", ")}], ${gigabytes.toLocaleString("en", { maximumSignificantDigits: 3 })} GB; a tensor may have 2 GB at most. Take fewer units.`, { path: outline.find(({ name }) => name === huge.layer)?.path });
}

/** The problem with some tensors moving, and what holds them. */
function moving(problem: Omit<TrainingProblem, "grouping" | "restraints" | "hasPenalty" | "unfrozen">, grouping: Grouping): TrainingProblem {
  const layersByName = new Map(problem.outline.map((layer) => [layer.name, layer]));
  const restraints = new Map(movedTensors(problem.tensors, grouping).map((t) => [t.fullName, restraintOf(t, layersByName.get(t.layer)!, problem.config.regularization)]));
  return { ...problem, grouping, restraints, unfrozen: null, hasPenalty: problem.activityPenalties.length > 0 || [...restraints.values()].some(({ l1, l2 }) => l1 > 0 || l2 > 0) };
}

/** Every layer of the file's model on these data, those of an imported model first. Throws what `outlineModel` and `prepareImported` throw. */
export function outlineOfConfig(config: TrainingConfig, dataset: Dataset): { readonly imported: ImportedModel | null; readonly outline: readonly LayerOutline[] } {
  const example = dataset.inputs.dims.slice(1);
  const imported = importedOf(config, example);
  if (imported === null) return { imported, outline: outlineModel(withVocabulary(config.model, dataset), example) };
  requireIndices(imported, dataset);
  const last = imported.outline.at(-1)!;
  return { imported, outline: [...imported.outline, ...outlineModel(config.model, last.outputShape, last.name)] };
}

/** The imported model, ready for these examples. Throws what `prepareImported` throws, and `name-taken` where the head has its names. */
function importedOf({ imported, model, modelFiles }: TrainingConfig, example: readonly number[]): ImportedModel | null {
  if (imported === null) return null;
  if (modelFiles?.imported == null) throw new Error(`${imported.file} was not read`);
  return prepareImported(modelFiles.imported, imported, example, new Set(everyLayer(model).map(({ name }) => name)));
}

/** What `buildForward` needs of an imported model. */
export function importedPart({ imported, config, grouping }: TrainingProblem): ForwardOptions["imported"] {
  return imported === null ? null : { model: imported, training: config.imported!.training, frozen: grouping.frozen };
}

/** Full names of the tensors of layers that are held fixed. */
function stillTensors(tensors: readonly ModelTensor[], still: ReadonlySet<string>): ReadonlySet<string> {
  return new Set(tensors.filter(({ layer }) => still.has(layer)).map(({ fullName }) => fullName));
}

/** The tensors that the optimizer moves. */
export function movedTensors(tensors: readonly ModelTensor[], grouping: Grouping): readonly ModelTensor[] {
  return tensors.filter(({ fullName }) => grouping.groupOf.has(fullName));
}

/** A kind of a table, its arguments with every default. Throws `unknown-kind`. */
function choose<K extends { readonly arguments: { parse(input: unknown): Record<string, unknown> } }>(table: ReadonlyMap<string, K>, chosen: Chosen, section: string): Choice<K> {
  const kind = table.get(chosen.kind);
  if (kind === undefined) throw new DescentError("unknown-kind", `There is no ${section} named ${chosen.kind}.`, { path: section });
  return { kind, arguments: kind.arguments.parse(chosen.arguments) };
}

function positiveClass({ decision }: TrainingConfig, { classes }: Dataset): number {
  if (decision.positive === null) return 1;
  const index = (classes ?? []).indexOf(decision.positive);
  if (index < 0) throw new DescentError("unknown-class", `metrics name ${decision.positive} as the positive class; the data has ${(classes ?? []).join(", ") || "no classes"}.`, { path: "metrics" });
  return index;
}

function describeLossProblem(dataset: Dataset, outline: readonly LayerOutline[]): LossProblem {
  const output = outline.at(-1)?.outputShape ?? dataset.inputs.dims.slice(1);
  const target = dataset.targets.dims.slice(1);
  const classification = predictsClasses(dataset.task);
  const classes = dataset.classes ?? [];
  // what an autoencoder gives is compared value by value, whatever the axes
  if (dataset.task !== "autoencoder") checkOutputShape(output, classification ? [...target, classes.length] : target, classification, outline.at(-1)?.path);
  return {
    task: dataset.task,
    classes,
    classCounts: classification ? countClasses(dataset, classes.length) : [],
    targetWidth: classification ? 1 : sizeOf(target),
    outputWidth: classification ? output[output.length - 1] : sizeOf(output),
    steps: classification ? sizeOf(target) : 1,
    ...(dataset.ignoresTargets === true ? { ignores: true } : {}),
    endsWithSoftmax: outline.at(-1)?.activation === "softmax",
  };
}

/** Throws `output-shape` where outputs of this shape cannot be put beside what the loss compares with: `wanted`, for classes one output a class (a loss may take another number). */
function checkOutputShape(output: readonly number[], wanted: readonly number[], classification: boolean, path: string | undefined): void {
  const [steps, wantedSteps] = [output.slice(0, -1), wanted.slice(0, -1)];
  const fits = classification ? steps.join() === wantedSteps.join() : output.length === 1 || output.join() === wanted.join();
  if (fits) return;
  const shapes = `The model ends with shape [${output.join(", ")}], the loss compares with [${wanted.join(", ")}]`;
  const advice = wantedSteps.length > 0 && classification ? "Each of an example's targets needs outputs of its own: leave the axis of time in place (return_sequences: true; no flatten or pooling)." : "Put flatten or global_avg_pool before the last dense layer.";
  throw new DescentError("output-shape", `${shapes}. ${advice}`, { path });
}

function countClasses(dataset: Dataset, classes: number): readonly number[] {
  const counts = new Array<number>(classes).fill(0);
  const labels = dataset.targets.data as BigInt64Array;
  const steps = labels.length / dataset.targets.dims[0];
  for (const i of dataset.splits.train) for (let step = i * steps; step < (i + 1) * steps; step++) if (labels[step] >= 0n) counts[Number(labels[step])]++;
  return counts;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}
