import { z } from "zod";
import { watchedMetrics } from "../../engine/metrics/watched.js";
import { choice, nameText, section } from "./marks.js";

const validationOrTrain = choice(watchedMetrics).describe("A metric measured during training: validation/loss, train/loss, or such as validation/accuracy");

const every = { every_epochs: z.int().min(1).optional().describe("Every so many epochs."), every_steps: z.int().min(1).optional().describe("Every so many steps.") };

/** `training:` how long, in which batches, with what care. */
export const trainingSection = section(
  {
    epochs: z.int().min(1).optional().describe("Passes over the training data. Default: 10."),
    steps: z.int().min(1).optional().describe("Number of steps, instead of epochs."),
    batch_size: z.union([z.int().min(1), choice(["full", "auto"])]).default(32).describe("Examples a step; full: all of them; auto: the largest power of two, or all, whose step fits into memory, found before a model's first run and kept."),
    accumulate: z.int().min(1).default(1).describe("Micro-batches whose gradients are averaged before each step: batch_size x accumulate examples a step, in the memory of one micro-batch."),
    clip: section(
      {
        norm: z.number().gt(0).optional().describe("Gradients are scaled down where their global norm is larger."),
        value: z.number().gt(0).optional().describe("Each gradient value is cut to within +- this."),
        scale_to_norm: z.number().gt(0).optional().describe("Gradients are scaled to exactly this global norm."),
      },
      { alternatives: ["norm", "value", "scale_to_norm"] },
    ).optional().describe("Bounds the gradients: { norm: 1 }, { value: 0.5 } or { scale_to_norm: 1 }."),
    average: section({
      polyak: z.number().min(0).lt(1).default(0.995).describe("Weight of the old average: w_test = polyak w_test + (1 - polyak) w, after every step."),
    }).optional().describe("Keeps a running average of the weights: it is what is evaluated, kept as the best and exported; the live weights' figures stand beside it as live_loss and so on."),
    early_stopping: section({
      metric: validationOrTrain.default("validation/loss").describe("What must improve."),
      patience: z.int().min(1).default(5).describe("Evaluations without an improvement on the best before the run ends."),
      min_delta: z.number().min(0).default(0).describe("What counts as an improvement."),
      restore_best: z.boolean().default(true).describe("Whether the best weights are kept at the end."),
    }).optional().describe("Ends the run when the metric no longer improves; off unless written."),
    evaluate: section(every, { alternatives: ["every_epochs", "every_steps"] }).prefault({}).describe("When to measure on the validation split: { every_epochs: 1 } or { every_steps: 500 }."),
    checkpoint: section({
      every_epochs: z.union([z.int().min(1), choice(["auto"])]).default("auto").describe("auto: at the end of an epoch, at most every 10 s, and at the end."),
      keep: z.int().min(1).default(3).describe("Checkpoints kept, besides the best."),
      best: validationOrTrain.default("validation/loss").describe("Metric by which a checkpoint is the best."),
    }).prefault({}).describe("What is kept on disk."),
    unfreeze: section({
      after_epochs: z.number().gt(0).default(3).describe("Epochs during which frozen tensors stay as they are."),
      lr_factor: z.number().gt(0).default(0.1).describe("What every rate is multiplied by from then on."),
    }).optional().describe("Lets frozen tensors move after some epochs, together with all others and at smaller rates; the optimizer begins anew then. Off unless written."),
    pretrain: section({
      greedy: choice(["supervised", "autoencoder"]).default("supervised").describe("What each layer is trained for: the file's own targets through an output layer, or the inputs through a decoder, which needs no labels."),
      epochs: z.int().min(1).default(5).describe("Passes over the data for each layer."),
      data: z.union([nameText(), z.array(nameText()).min(1)]).optional().describe("For autoencoder: files of further examples without labels, read as the training data are. Default: the training split."),
      freeze_earlier: z.boolean().default(true).describe("Whether the layers that were trained before stay as they are."),
    }).refine(({ greedy, data }) => greedy === "autoencoder" || data === undefined, "training.pretrain.data has no labels: it is for greedy: autoencoder.").optional().describe("Greedy pretraining: layer after layer is added and trained by itself, then everything is tuned. Off unless written."),
    precision: choice(["float32", "mixed"]).default("float32").describe("Arithmetic of the run. mixed: products in float16, weights and sums in float32, for device: cuda."),
    drop_last: z.boolean().default(false).describe("Whether an epoch's last, smaller batch is left out."),
    on_non_finite: choice(["stop", "continue"]).default("stop").describe("What to do when the loss is no longer finite."),
  },
  { alternatives: ["epochs", "steps"] },
);
