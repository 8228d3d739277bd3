/**
 * A training file after checking, with every default in place: what the engine trains from. `config/` makes it out of
 * text; nothing else does. Names follow the training file's page, in camelCase.
 */
import type { Chosen } from "../defineKind.js";
import type { Model } from "../graph/types.js";

/**
 * One layer of a listed model. `path` is its place in the file, `model[2].dense`; names are unique (given, or `dense_3`). A layer of
 * layers holds them among its arguments (`branchesOf`, `everyLayer` in engine/layers/nested walk them); repeats are written out.
 */
export interface LayerConfig extends Chosen {
  readonly name: string;
  readonly path: string;
  /** Names of the layers that it is part of, outermost first. */
  readonly within?: readonly string[];
}

export interface GeneratorConfig {
  readonly generate: "two_moons" | "blobs" | "spirals" | "xor" | "sine" | "noise";
  readonly examples: number;
  readonly noise: number;
}

export interface InlineConfig {
  readonly inputs: readonly (readonly number[] | number)[];
  readonly targets: readonly (number | string | readonly number[])[];
}

/** Files (as written, relative to the training file; globs and folders allowed), inline values, or a generator. */
export type SourceConfig =
  | { readonly kind: "files"; readonly files: readonly string[] }
  | { readonly kind: "inline"; readonly inline: InlineConfig }
  | { readonly kind: "generator"; readonly generator: GeneratorConfig };

export type ScalingKind = "none" | "standardize" | "minmax" | "unit";

/** One of `of` equal parts of what is not test data, counted from 0: the validation data of one run of a cross-validation. */
export interface Fold {
  readonly index: number;
  readonly of: number;
}

export interface DataConfig {
  readonly train: SourceConfig;
  readonly validation: SourceConfig | null;
  readonly test: SourceConfig | null;
  readonly format: "auto" | "csv" | "parquet" | "npy" | "npz" | "idx" | "images" | "jsonl" | "text" | "safetensors" | "arrow";
  readonly inputs: readonly string[] | null;
  readonly target: readonly string[] | null;
  readonly labels: string | null;
  readonly task: "auto" | "classification" | "multi_label" | "regression" | "language_model" | "autoencoder";
  /** auto, names in order, or folds of integer labels. */
  readonly classes: "auto" | readonly string[] | Readonly<Record<string, readonly number[] | "rest">>;
  readonly split: { readonly validation: number; readonly test: number; readonly stratify: "auto" | boolean; readonly seed: number; readonly fold?: Fold };
  readonly scaling: ScalingKind | Readonly<Record<string, ScalingKind>>;
  readonly targetScaling: "none" | "standardize" | "minmax";
  readonly categorical: "auto" | Readonly<Record<string, "one_hot" | "index">>;
  readonly missing: "error" | "drop" | "mean";
  readonly sampling: "shuffle" | "sequential" | "weighted";
  /** What changes the examples of the training split, in order. */
  readonly augment: readonly Chosen[];
  readonly limit: number | null;
  /** A target that counts for nothing; null: all count. */
  readonly ignoreTarget: number | string | null;
  readonly layout: "auto" | "channels_last" | "channels_first";
  /** Of images: [height, width] that all are brought to; null: they have one size. */
  readonly resize: readonly [number, number] | null;
  /** What becomes of images that cannot be decoded. */
  readonly onCorrupt: "error" | "skip";
  /** Whether inputs stay on the disk; auto: where they would take too much memory. */
  readonly stream: "auto" | boolean;
  /** How text becomes tokens; null: the data are no text. */
  readonly text: TextConfig | null;
}

export interface TextConfig {
  readonly tokens: "characters" | "bytes" | "words";
  /** Tokens of an example. */
  readonly context: number;
  /** Most tokens that are told apart; null: all characters, 5,000 words. */
  readonly vocabulary: number | null;
}

export interface LossConfig extends Chosen {
  readonly kind: "cross_entropy" | "binary_cross_entropy" | "nll" | "mse" | "mae" | "huber" | "focal" | "hinge";
}

export interface EarlyStoppingConfig {
  readonly metric: string;
  readonly patience: number;
  readonly minDelta: number;
  readonly restoreBest: boolean;
}

/** Greedy layer-wise pretraining: what a layer is trained for before the next is added. */
export interface PretrainConfig {
  readonly greedy: "supervised" | "autoencoder";
  /** Of each layer's stage. */
  readonly epochs: number;
  /** Files without labels to pretrain on, as written; null: the training split. */
  readonly data: readonly string[] | null;
  /** Whether the layers of earlier stages stay as they are. */
  readonly freezeEarlier: boolean;
}

export interface TrainingSection {
  /** Exactly one of epochs and steps is set. */
  readonly epochs: number | null;
  readonly steps: number | null;
  /** `auto` until the largest that fits is found (`batchSize.ts`). */
  readonly batchSize: number | "full" | "auto";
  /** Micro-batches of `batchSize` examples a step; with `full`, parts of the whole. */
  readonly accumulate: number;
  readonly clip: { readonly kind: "norm" | "value" | "scale_to_norm"; readonly limit: number } | null;
  /** Weight of the old average of the weights; null: none is kept. */
  readonly polyak: number | null;
  readonly earlyStopping: EarlyStoppingConfig | null;
  readonly evaluate: { readonly everyEpochs: number | null; readonly everySteps: number | null };
  readonly checkpoint: { readonly everyEpochs: number | "auto"; readonly keep: number; readonly best: string | null };
  /** After so many epochs everything moves, at rates multiplied by the factor; null: what is frozen stays so. */
  readonly unfreeze: { readonly afterEpochs: number; readonly lrFactor: number } | null;
  /** mixed: products in float16, weights and sums in float32, on devices that are faster at it. */
  readonly precision: "float32" | "mixed";
  /** null: all layers begin together. */
  readonly pretrain: PretrainConfig | null;
  readonly dropLast: boolean;
  readonly onNonFinite: "stop" | "continue";
}

/** Off where a value is 0 or null. */
export interface RegularizationSection {
  readonly l1: number;
  readonly l2: number;
  readonly weightDecay: number;
  readonly maxNorm: number | null;
  readonly activityL1: number;
  readonly activityL2: number;
  readonly includeBiases: boolean;
}

export interface DiagnosticsSection {
  readonly everySteps: number | "auto";
  readonly statistics: "layers" | "full" | "none";
  readonly projection: "auto" | "none" | { readonly method: "tsne" | "pca" | "umap"; readonly of: string; readonly examples: number; readonly everyEpochs: number };
  readonly rules: Readonly<Record<string, unknown>>;
}

/** `model: { onnx: ... }`: a model of another tool, in the place of, or below, listed layers. */
export interface ImportedConfig {
  /** The ONNX file, as written, relative to the training file. */
  readonly file: string;
  /** null: the only input that the output needs. */
  readonly input: string | null;
  /** null: the first of a floating-point type. */
  readonly output: string | null;
  /** Patterns of tensors that stay as they are. */
  readonly freeze: "all" | readonly string[];
  /** Tensor, node or layer that is the last one kept; null: all is. */
  readonly replaceAfter: string | null;
  /** Whether BatchNormalization and Dropout train by batch statistics and masks; `auto`: where the file itself is in training form. */
  readonly training: "auto" | boolean;
}

/** What the files hold that a model is made from, read by whatever drives the engine. */
export interface ModelFiles {
  readonly imported: Model | null;
  /** Weights to begin with, by the full names of tensors; null where the file names none, or where a checkpoint has later ones. */
  readonly initial: Readonly<Record<string, { readonly dims: readonly number[]; readonly data: Float32Array }>> | null;
  /** Tells one imported model from another; null without one. */
  readonly digest: string | null;
}

/** How outputs become decisions that metrics count. */
export interface DecisionSection {
  /** Of two classes the positive one is predicted above this probability. */
  readonly threshold: number;
  /** Class that precision, recall, F1 and ROC AUC speak of; null: the second of two, the mean over more. */
  readonly positive: string | null;
  /** For `top_k_accuracy`. */
  readonly topK: number;
}

export interface TrainingConfig {
  readonly data: DataConfig;
  /** Under an imported model: its head. */
  readonly model: readonly LayerConfig[];
  readonly imported: ImportedConfig | null;
  /** File whose weights a listed model begins with, as written. */
  readonly initFrom: string | null;
  /** null until they were read; a model without files needs none. */
  readonly modelFiles: ModelFiles | null;
  /** Names of layers that neither learn nor draw nor move a statistic: set for the stages of pretraining, never by the file. */
  readonly still?: ReadonlySet<string>;
  /** null: by task. */
  readonly loss: LossConfig | null;
  readonly optimizer: Chosen;
  /** With `warmup_steps` among its arguments. */
  readonly schedule: Chosen;
  /** null: nothing is written. Layers may have restraints of their own all the same. */
  readonly regularization: RegularizationSection | null;
  readonly training: TrainingSection;
  /** null: by task. */
  readonly metrics: readonly string[] | null;
  readonly decision: DecisionSection;
  readonly diagnostics: DiagnosticsSection;
  readonly device: string;
  readonly threads: number | "auto";
  readonly seed: number;
}
