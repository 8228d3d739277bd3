import type { ConstantTensor } from "../graph/types.js";
import type { ExampleStream } from "./stream/exampleStream.js";
import type { TextRecipe } from "./text/tokens.js";

/** What a run predicts. */
export type Task = "classification" | "multi_label" | "regression" | "language_model" | "autoencoder";

/** The meaning of an example's axes, for layers that need channels, and for showing examples. */
export type InputKind = "row" | "image" | "sequence" | "tokens";

/**
 * Data ready to train on. Inputs and targets hold every example of every split; batches are gathered by index.
 *
 * `inputs`: [n, ...example]. uint8 inputs are cast within the batch and divided by `inputDivisor`
 * (255 for `scaling: unit`, 1 otherwise); float32 inputs are scaled already. Images are channels first: [n, C, H, W].
 * `targets`: classification int64 [n], or [n, steps] with a class for every step; language_model int64 [n, steps]; multi_label float32 [n, labels];
 * regression float32 [n, columns]; autoencoder: the inputs themselves, whose scaling is the targets' too.
 */
export interface Dataset {
  readonly task: Task;
  readonly inputKind: InputKind;
  readonly inputs: ConstantTensor;
  /** Where the inputs stay in their files: how they are read; `inputs` then has type and dims alone. */
  readonly stream?: ExampleStream;
  /** Of streamed data: some training examples in memory, for rules and whoever else looks at values. All of them are its training split. */
  readonly sample?: Dataset;
  readonly inputDivisor: number;
  readonly targets: ConstantTensor;
  /** Whether some targets count for nothing: classes below 0, numbers that are NaN. */
  readonly ignoresTargets?: boolean;
  /** Class names by index; null for regression. */
  readonly classes: readonly string[] | null;
  /** Names of the input columns (rows), null for images. One-hot columns are `column=value`. */
  readonly columns: readonly string[] | null;
  readonly targetColumns: readonly string[];
  /** Indices into inputs and targets. The test split is read by nothing but the final evaluation. */
  readonly splits: { readonly train: Int32Array; readonly validation: Int32Array; readonly test: Int32Array };
  /** Fitted on the training split; stored with the model. */
  readonly scaling: FittedScaling;
  readonly targetScaling: FittedScaling;
  /** How the raw data looked before scaling, over the training split: for data rules. Per input column; one entry for images. */
  readonly rawStatistics: readonly ColumnStatistics[];
  readonly rawTargetStatistics: readonly ColumnStatistics[];
  /** Everything needed to read further files in the same way (prediction). JSON. */
  readonly reading: ReadingRecipe;
}

/** x' = (x - offset) / divisor, per column or one for all (length 1); computed in float64. */
export interface FittedScaling {
  readonly kind: "none" | "standardize" | "minmax" | "unit" | "mixed";
  readonly offset: readonly number[];
  readonly divisor: readonly number[];
}

export interface ColumnStatistics {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly std: number;
}

/** What was decided while reading the training data, so that new data is read alike. */
export interface ReadingRecipe {
  readonly format: string;
  readonly inputColumns: readonly string[] | null;
  readonly targetColumns: readonly string[] | null;
  /** Of files with several arrays (npz, safetensors, lists in JSON lines): the names of the inputs, where the training file says them. */
  readonly arrays?: readonly string[] | null;
  /** Column to its categories in order, for one-hot and index columns. */
  readonly categories: Readonly<Record<string, { readonly kind: "one_hot" | "index"; readonly values: readonly string[] }>>;
  readonly exampleShape: readonly number[];
  readonly layout: "channels_first" | "channels_last" | "none";
  readonly missing: "error" | "drop" | "mean";
  readonly columnMeans: readonly number[] | null;
  /** Of images: whether those of other sizes are brought to this one. */
  readonly resizes?: boolean;
  /** Of a language model: its tokens. */
  readonly text?: TextRecipe;
}
