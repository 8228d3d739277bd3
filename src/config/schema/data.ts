import { z } from "zod";
import { augmentations } from "../../engine/augmentations/registry.js";
import { choice, type KindTable, kindSchema, nameText, section } from "./marks.js";

/** What `data.augment` lists. */
export const augmentationTable = { noun: "augmentation", kinds: augmentations, planned: [], named: false } as const satisfies KindTable;

const names = z.union([nameText(), z.array(nameText()).min(1)]);

const inlineSource = section({
  inputs: z.array(z.union([z.number(), z.array(z.number()).min(1)])).min(1).describe("Examples: a number or a list of numbers each."),
  targets: z.array(z.union([z.number(), z.string(), z.array(z.number()).min(1)])).min(1).describe("What to predict, one for each input."),
});

const generatedSource = section({
  generate: choice(["two_moons", "blobs", "spirals", "xor", "sine", "noise"]).describe("Which test data to draw."),
  examples: z.int().min(4).max(10_000_000).default(1000).describe("Number of examples."),
  noise: z.number().min(0).default(0.1).describe("Standard deviation of the noise."),
});

const source = z.union([nameText(), z.array(nameText()).min(1), inlineSource, generatedSource]);

const scalingKind = choice(["none", "standardize", "minmax", "unit"]);

/** `data:` what to learn from. */
export const dataSection = section(
  {
    train: source.describe("A file, a glob, a folder, or a list of them, relative to this file; or values: { inputs: [[0, 0], [0, 1]], targets: [0, 1] }; or test data: { generate: two_moons }."),
    validation: source.optional().describe("Validation data, where they are a file of their own."),
    test: source.optional().describe("Test data, where they are a file of their own. Read once, at the end."),
    format: choice(["auto", "csv", "parquet", "npy", "npz", "idx", "jsonl", "text", "safetensors", "arrow", "images"]).default("auto").describe("Format of the files; auto: by name and content."),
    inputs: names.optional().describe("Columns, npz or safetensors keys, or patterns such as pixel* to learn from. Default: all but the target."),
    target: names.optional().describe("Column or key to predict, or a list of them. Default: the one called label, target, class or y, else the last column."),
    labels: nameText().optional().describe("A separate file of labels, of any format."),
    task: choice(["auto", "classification", "multi_label", "regression", "language_model", "autoencoder"]).default("auto").describe("What is predicted; auto: from the target and the loss."),
    classes: z
      .union([choice(["auto"]), z.array(nameText()).min(1), z.record(z.string(), z.union([z.literal("rest"), z.array(z.int())]))])
      .default("auto")
      .describe("auto: integer labels from 0 are their own index, others are numbered in sorted order; names in order; or folds of labels: { small: [0, 1, 2], large: rest }."),
    split: section({
      validation: z.number().min(0).lt(1).default(0.1).describe("Share of the examples kept for validation; 0 is none."),
      test: z.number().min(0).lt(1).default(0.1).describe("Share of the examples kept for the final test; 0 is none."),
      stratify: z.union([choice(["auto"]), z.boolean()]).default("auto").describe("Whether each part gets every class in proportion; auto: where there are classes."),
      seed: z.int().optional().describe("Seed of the draw. Default: the file's seed."),
      fold: section({
        index: z.int().min(0).describe("Which of the parts, from 0."),
        of: z.int().min(2).describe("Number of parts."),
      }).refine(({ index, of }) => index < of, "fold.index counts from 0 and is below fold.of.").optional().describe("Takes one of so many equal parts of what is not test data for validation, in place of a share: what a cross-validation (repeat: { folds: 5 }) sets for each of its runs."),
    }).refine(({ validation, test }) => validation + test < 1, "validation and test together must leave something to train on: less than 1.").prefault({}).describe("Shares of the training data for validation and test, each where it has no file of its own."),
    scaling: z.union([scalingKind, z.record(z.string(), scalingKind)]).default("none").describe("none; standardize: mean 0, deviation 1; minmax: to [0, 1]; unit: bytes / 255. One for all, or { column: kind }. Fitted on the training split."),
    target_scaling: choice(["none", "standardize", "minmax"]).default("none").describe("Scaling of the targets of a regression; predictions come back in the original unit."),
    categorical: z.union([choice(["auto"]), z.record(z.string(), choice(["one_hot", "index"]))]).default("auto").describe("auto: a column without a number in it becomes one-hot; or { column: one_hot / index }."),
    missing: choice(["error", "drop", "mean"]).default("error").describe("What to do about missing values: stop, drop the row, or put the column's mean."),
    sampling: choice(["shuffle", "sequential", "weighted"]).default("shuffle").describe("Order of the examples; weighted: drawn by inverse frequency of their class."),
    augment: z.array(kindSchema(augmentationTable)).default([]).describe("What changes the examples of the training split, in this order, anew each time: [flip_horizontal, crop: 4]. Evaluations see them as they are."),
    limit: z.int().min(1).optional().describe("Number of examples read, from the start of the file."),
    tokens: choice(["characters", "bytes", "words"]).optional().describe("Of text: what a language model reads and predicts one by one. Default: characters."),
    context: z.int().min(1).max(100_000).optional().describe("Of text: tokens that the model sees at once. Default: 64."),
    vocabulary: z.int().min(2).max(1_000_000).optional().describe("Of text: the most frequent tokens that are told apart, <unknown> among them. Default: all characters; 5,000 words."),
    ignore_target: z.union([z.number(), z.string()]).optional().describe("A target value that counts for nothing (padding): in the loss, in metrics, in class weights."),
    resize: z.union([z.int().min(1).max(8192), z.tuple([z.int().min(1).max(8192), z.int().min(1).max(8192)])]).optional().describe("Of images: [height, width] that all are brought to, or one number for both. Default: they have one size."),
    on_corrupt: choice(["error", "skip"]).default("error").describe("What becomes of images that cannot be decoded: stop and name the first, or leave them out and say so."),
    stream: z.union([choice(["auto"]), z.boolean()]).default("auto").describe("Whether examples stay in their files and are read when they are needed; auto: where they would take more than 512 MB of memory."),
    layout: choice(["auto", "channels_last", "channels_first"]).default("auto").describe("Which axis of images holds the channels; auto: the one of size 1, 3 or 4."),
  },
).refine(({ validation, split }) => validation === undefined || split?.fold === undefined, "data.split.fold takes the validation data from the training data, and data.validation names a file of their own: write one of them.").refine(({ format, tokens, context, vocabulary }) => format === "auto" || format === "text" || (tokens ?? context ?? vocabulary) === undefined, "data.tokens, data.context and data.vocabulary are for text, and data.format says that these data are none.");
