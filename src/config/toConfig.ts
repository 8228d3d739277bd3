/** From the file's own terms to what the engine trains from. */
import { listLayers } from "../engine/layers/listLayers.js";
import type { DataConfig, LossConfig, RegularizationSection, SourceConfig, TextConfig, TrainingConfig, TrainingSection } from "../engine/training/config.js";
import type { ChosenEntry } from "./schema/marks.js";
import type { TrainingFile } from "./schema/trainingFile.js";

/** A checked training file as the engine's configuration. */
export function toConfig(file: TrainingFile): TrainingConfig {
  const data = dataConfig(file);
  return {
    data,
    ...modelConfig(file),
    loss: file.loss === undefined ? null : ({ kind: file.loss.kind, arguments: file.loss.arguments } as LossConfig),
    optimizer: { kind: file.optimizer.kind, arguments: file.optimizer.arguments },
    schedule: { kind: file.schedule.kind, arguments: file.schedule.arguments },
    regularization: regularizationConfig(file.regularization),
    training: trainingConfig(file.training, data),
    ...metricsConfig(file.metrics),
    diagnostics: {
      everySteps: file.diagnostics.every_steps,
      statistics: file.diagnostics.statistics,
      projection: projectionConfig(file),
      rules: file.diagnostics.rules,
    },
    device: file.device,
    threads: file.threads,
    seed: file.seed,
  };
}

function dataConfig({ data, seed }: TrainingFile): DataConfig {
  const validation = data.validation === undefined ? null : sourceConfig(data.validation);
  const test = data.test === undefined ? null : sourceConfig(data.test);
  return {
    train: sourceConfig(data.train),
    validation,
    test,
    format: data.format,
    inputs: listOf(data.inputs),
    target: listOf(data.target),
    labels: data.labels ?? null,
    task: data.task,
    classes: data.classes,
    // a part that has a file of its own takes nothing from the training data
    split: {
      validation: data.split.fold !== undefined ? (1 - (test === null ? data.split.test : 0)) / data.split.fold.of : validation === null ? data.split.validation : 0,
      test: test === null ? data.split.test : 0,
      stratify: data.split.stratify,
      seed: data.split.seed ?? seed,
      ...(data.split.fold === undefined ? {} : { fold: data.split.fold }),
    },
    scaling: data.scaling,
    targetScaling: data.target_scaling,
    categorical: data.categorical,
    missing: data.missing,
    sampling: data.sampling,
    augment: (data.augment as readonly ChosenEntry[]).map(({ kind, arguments: args }) => ({ kind, arguments: args })),
    limit: data.limit ?? null,
    ignoreTarget: data.ignore_target ?? null,
    layout: data.layout,
    stream: data.stream,
    resize: data.resize === undefined ? null : typeof data.resize === "number" ? [data.resize, data.resize] : data.resize,
    onCorrupt: data.on_corrupt,
    text: textConfig(data),
  };
}

/** Data are text where the file says so, by a language model or by a key that only text has. */
function textConfig({ format, task, tokens, context, vocabulary }: TrainingFile["data"]): TextConfig | null {
  const isText = format === "text" || (format === "auto" && (task === "language_model" || tokens !== undefined || context !== undefined || vocabulary !== undefined));
  return isText ? { tokens: tokens ?? "characters", context: context ?? 64, vocabulary: vocabulary ?? null } : null;
}

function sourceConfig(source: TrainingFile["data"]["train"]): SourceConfig {
  if (typeof source === "string") return { kind: "files", files: [source] };
  if (Array.isArray(source)) return { kind: "files", files: source };
  return "generate" in source ? { kind: "generator", generator: source } : { kind: "inline", inline: source };
}

function listOf(names: string | string[] | undefined): readonly string[] | null {
  return names === undefined ? null : typeof names === "string" ? [names] : names;
}

type ImportedSection = Exclude<TrainingFile["model"], readonly unknown[]>;

/** A listed model, or an imported one with its head. */
function modelConfig(file: TrainingFile): Pick<TrainingConfig, "model" | "imported" | "initFrom" | "modelFiles"> {
  const { model } = file;
  const initFrom = file.init_from ?? null;
  if (Array.isArray(model)) return { model: listLayers(model as readonly ChosenEntry[]), imported: null, initFrom, modelFiles: null };
  const { onnx, input = null, output = null, replace_after: replaceAfter = null, head = [], freeze = [], training } = model as ImportedSection;
  return { model: listLayers(head as readonly ChosenEntry[], "head."), imported: { file: onnx, input, output, freeze, replaceAfter, training }, initFrom, modelFiles: null };
}

/** Names and, among them, what decisions they count; a list of nothing but the latter leaves the names to the task. */
function metricsConfig(metrics: TrainingFile["metrics"] = []): Pick<TrainingConfig, "metrics" | "decision"> {
  const names: string[] = [];
  let decision = { threshold: 0.5, positive: null as string | null, topK: 5 };
  for (const entry of metrics) {
    if (typeof entry === "string") names.push(entry);
    else {
      if (entry.top_k_accuracy !== undefined) names.push("top_k_accuracy");
      decision = { threshold: entry.threshold ?? decision.threshold, positive: entry.positive ?? decision.positive, topK: entry.top_k_accuracy ?? decision.topK };
    }
  }
  return { metrics: names.length > 0 ? names : null, decision };
}

function regularizationConfig(section: TrainingFile["regularization"]): RegularizationSection | null {
  if (section === undefined) return null;
  const { l1, l2, weight_decay: weightDecay, max_norm: maxNorm = null, activity_l1: activityL1, activity_l2: activityL2, include_biases: includeBiases } = section;
  return { l1, l2, weightDecay, maxNorm, activityL1, activityL2, includeBiases };
}

function trainingConfig(training: TrainingFile["training"], data: DataConfig): TrainingSection {
  const validates = data.validation !== null || data.split.validation > 0;
  const { early_stopping: stopping, checkpoint, clip, evaluate, pretrain } = training;
  const clipKind = (["norm", "value", "scale_to_norm"] as const).find((kind) => clip?.[kind] !== undefined);
  return {
    epochs: training.steps === undefined ? training.epochs ?? 10 : null,
    steps: training.steps ?? null,
    batchSize: training.batch_size,
    accumulate: training.accumulate,
    clip: clipKind === undefined ? null : { kind: clipKind, limit: clip?.[clipKind] as number },
    polyak: training.average?.polyak ?? null,
    earlyStopping: stopping === undefined ? null : { metric: stopping.metric, patience: stopping.patience, minDelta: stopping.min_delta, restoreBest: stopping.restore_best },
    evaluate: { everyEpochs: evaluate.every_steps === undefined ? evaluate.every_epochs ?? 1 : null, everySteps: evaluate.every_steps ?? null },
    // without validation data nothing says which weights are the best: the last ones are kept
    checkpoint: { everyEpochs: checkpoint.every_epochs, keep: checkpoint.keep, best: validates || checkpoint.best.startsWith("train/") ? checkpoint.best : null },
    unfreeze: training.unfreeze === undefined ? null : { afterEpochs: training.unfreeze.after_epochs, lrFactor: training.unfreeze.lr_factor },
    precision: training.precision,
    pretrain: pretrain === undefined ? null : { greedy: pretrain.greedy, epochs: pretrain.epochs, data: listOf(pretrain.data), freezeEarlier: pretrain.freeze_earlier },
    dropLast: training.drop_last,
    onNonFinite: training.on_non_finite,
  };
}

function projectionConfig({ diagnostics: { projection } }: TrainingFile): TrainingConfig["diagnostics"]["projection"] {
  if (typeof projection === "string") return projection;
  return { method: projection.method, of: projection.of ?? "auto", examples: projection.examples, everyEpochs: projection.every_epochs };
}
