/** The whole training file as one schema: what checks, completion, hover, edits and the JSON Schema all come from. */
import { z } from "zod";
import { activations, activationSchema } from "../../engine/layers/activations/registry.js";
import { layers, plannedLayers } from "../../engine/layers/registry.js";
import { losses, plannedLosses } from "../../engine/losses/registry.js";
import { optimizers, plannedOptimizers } from "../../engine/optimizers/registry.js";
import { plannedSchedules, schedules } from "../../engine/schedules/registry.js";
import { augmentationTable, dataSection } from "./data.js";
import { clusterSection, ensembleSection, repeatSection } from "./group.js";
import { choice, type KindTable, kindSchema, marks, nameText, section } from "./marks.js";
import { searchSection } from "./search.js";
import { regularizationSection } from "./regularization.js";
import { trainingSection } from "./training.js";

/** The tables from which the file chooses. */
export const tables = {
  layer: { noun: "layer", kinds: layers, planned: plannedLayers, named: true },
  loss: { noun: "loss", kinds: losses, planned: plannedLosses, named: false },
  optimizer: { noun: "optimizer", kinds: optimizers, planned: plannedOptimizers, named: false },
  augmentation: augmentationTable,
  schedule: { noun: "schedule", kinds: schedules, planned: plannedSchedules, named: false },
} as const satisfies Record<string, KindTable>;

// what learns something, as prelu its slope, is no function that another layer can apply
const ownLayers = [...layers.keys()].filter((name) => !activations.has(name));
marks.add(activationSchema, { elsewhere: new Map(ownLayers.map((name) => [name, `${name} is a layer of its own: write it below this one.`])) });

const listedModel = z.array(kindSchema(tables.layer)).min(1);
const importedModel = section({
  onnx: nameText().describe("An ONNX file, relative to this file: a model that PyTorch, Keras or scikit-learn exported, or one of ours."),
  input: nameText().optional().describe("The model's input that the data go to. Default: the only one."),
  output: nameText().optional().describe("The output, or any tensor, that the loss reads. Default: the first output of floating-point numbers."),
  replace_after: nameText().optional().describe("The last tensor, node or layer that is kept; what stands behind it is left out, and the head takes its place."),
  head: z.array(kindSchema(tables.layer)).min(1).optional().describe("Layers behind the model, written as a listed model's."),
  freeze: z.union([choice(["all"]), z.array(nameText()).min(1)]).optional().describe("Tensors of the model that stay as they are: all, or a list of patterns with * for anything, such as [layer1.*, \"*.bias\"]. The head always trains."),
  training: z.union([choice(["auto"]), z.boolean()]).default("auto").describe("Whether BatchNormalization (where its layer is not frozen) uses the batch's statistics and Dropout drops. auto: as the file was exported."),
});

const projection = section({
  method: choice(["tsne", "pca", "umap"]).default("tsne").describe("How points are laid out in two dimensions."),
  of: z.string().min(1).optional().describe("inputs, or a layer's name. Default: the last hidden layer."),
  examples: z.int().min(2).max(60_000).default(2000).describe("Examples of the validation split that are shown."),
  every_epochs: z.int().min(1).default(1).describe("How often."),
});

const diagnosticsSection = section({
  every_steps: z.union([z.int().min(1), choice(["auto"])]).default("auto").describe("Norms and ratios are measured at every k-th step; auto: k is computed from the file."),
  statistics: choice(["layers", "full", "none"]).default("layers").describe("How much is measured within the model. layers: norms, ratios and shares by layer, and, while a panel watches, histograms at each evaluation; full: histograms always; none: nothing."),
  projection: z.union([choice(["auto", "none"]), projection]).default("auto").describe("Picture of what the network sees. auto: t-SNE of the last hidden layer while a panel watches."),
  rules: z.record(z.string(), z.unknown()).default({}).describe("Rules to silence, to report in another severity, or to tune: { no-validation-data: off }."),
});

const metricName = choice(["accuracy", "top_k_accuracy", "precision", "recall", "f1", "roc_auc", "confusion_matrix", "mae", "rmse", "r2", "perplexity"]);

const metricOptions = section({
  top_k_accuracy: z.int().min(1).optional().describe("The right class counts where it is among so many most probable ones: top_k_accuracy: 5."),
  threshold: z.number().gt(0).lt(1).optional().describe("Of two classes the positive one is predicted above this probability. Default: 0.5."),
  positive: nameText().optional().describe("The class that precision, recall, f1 and roc_auc speak of. Default: the second of two; of more, the mean over all."),
});

/** `NAME.train.yaml`. */
export const trainingFileSchema = section(
  {
    data: dataSection.describe("What to learn from."),
    model: z.union([listedModel, importedModel]).describe("The layers, first to last. A layer is a name, or a name with its argument (dense: 10) or arguments. Or an ONNX file: { onnx: model.onnx }."),
    init_from: nameText().optional().describe("Weights to begin with: an earlier run's folder or its checkpoints/best.onnx. Layers are found by name; those that it lacks begin anew."),
    loss: kindSchema(tables.loss).optional().describe("What is minimised. Default: by task: cross_entropy, binary_cross_entropy (several labels), mse (regression)."),
    optimizer: kindSchema(tables.optimizer).default({ adam: { lr: 1e-3 } } as never).describe("How weights move. Default: adam with lr 1e-3."),
    schedule: kindSchema(tables.schedule).default("constant" as never).describe("How the learning rate changes through the run. Default: constant."),
    regularization: regularizationSection.optional().describe("What keeps weights and activations small; off unless written."),
    training: trainingSection.prefault({}).describe("How long, in which batches, with what care."),
    metrics: z.array(z.union([metricName, metricOptions])).optional().describe("What is measured beside the loss. Default: by task."),
    diagnostics: diagnosticsSection.prefault({}).describe("What is watched, and which rules speak."),
    search: searchSection.optional().describe("Many runs of this file, each with other values of some settings; begun with Descent: Search."),
    device: z.string().regex(/^(auto|cpu|cuda(:\d+)?|webgpu)$/).describe("auto, cpu, cuda, cuda:1 (the second GPU) or webgpu").default("auto").describe("auto, cpu, cuda, cuda:1 (the second GPU) or webgpu."),
    threads: z.union([z.int().min(1).max(1024), choice(["auto"])]).default("auto").describe("Processor threads; auto: measured before a model's first run."),
    seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(0).describe("One seed fixes everything: split, initial weights, order of examples, dropout."),
    repeat: repeatSection.optional().describe("Runs the file from so many seeds and tells mean, deviation and 95 % interval of every metric: repeat: 5. Or on the folds of a cross-validation: repeat: { folds: 5 }."),
    ensemble: ensembleSection.optional().describe("Trains several models whose predictions are averaged."),
    cluster: clusterSection.prefault({}).describe("What each job asks of the cluster's scheduler, for --on slurm."),
  },
);
/** A training file as its schema has it: kinds chosen, defaults in place, names as written. */
export type TrainingFile = z.output<typeof trainingFileSchema>;
