import path from "node:path";
import { runName } from "../../runs/runFolder.js";
import type { Manifest } from "../../protocol/manifest.js";
import type { StartEvent } from "../../protocol/runEvents.js";
import type { Prepared } from "./prepare.js";
import { storedFileName } from "./runInputs.js";

/** What a run goes on from (`before`: how it stood), and the folder of the whole that it is a part of; null: neither. */
interface Origin {
  readonly before: { readonly manifest: Manifest } | null;
  readonly partOf: string | null;
}

/** The manifest of a run that is about to train: a new one, or one that goes on from its checkpoint. */
export function firstManifest(prepared: Prepared, folder: string, { before, partOf }: Origin): Manifest {
  const { source, config, dataset, device, tuning, trainer } = prepared;
  const { plan, step } = trainer;
  const now = new Date().toISOString();
  // seconds of the steps that the checkpoint holds; those after it are trained again
  const seconds = before && before.manifest.step > 0 ? (before.manifest.seconds * step) / before.manifest.step : 0;
  return {
    version: 1,
    id: path.basename(folder),
    name: runName(source.file),
    file: isOwnCopy(source.file, folder) && before ? before.manifest.file : source.file,
    storedFile: storedFileName(source.file),
    ...(partOf === null ? (before?.manifest.partOf === undefined ? {} : { partOf: before.manifest.partOf }) : { partOf: path.relative(folder, partOf) }),
    overrides: { ...source.overrides },
    created: before?.manifest.created ?? now,
    updated: now,
    state: "preparing",
    pid: null,
    socket: null,
    device,
    threads: tuning.threads,
    batchSize: typeof config.training.batchSize === "number" ? config.training.batchSize : dataset.splits.train.length,
    seed: config.seed,
    task: dataset.task,
    classes: dataset.classes && [...dataset.classes],
    parameters: plan.parameters,
    operations: plan.operations,
    stepsPerEpoch: plan.stepsPerEpoch,
    totalSteps: plan.totalSteps,
    epochs: plan.epochs,
    step,
    seconds,
    metrics: step > 0 ? (before?.manifest.metrics ?? {}) : {},
    best: trainer.best && { ...trainer.best },
    layers: plan.layers.map(({ name, kind, path: place, outputShape, parameters }) => ({ name, kind, path: place, outputShape: [...outputShape], parameters })),
    error: null,
    checkpoint: before?.manifest.checkpoint?.step === step ? before.manifest.checkpoint : null,
  };
}

/** Whether a run goes on by the copy that it keeps itself. */
function isOwnCopy(file: string, folder: string): boolean {
  return path.resolve(path.dirname(file)) === path.resolve(folder);
}

/** The first object of `train --json`. */
export function startEvent({ device, tuning, trainer: { plan } }: Prepared, folder: string): StartEvent {
  return {
    event: "start",
    run: folder,
    device,
    threads: tuning.threads,
    ...(tuning.batchSize === undefined ? {} : { batch_size: tuning.batchSize }),
    parameters: plan.parameters,
    operations: plan.operations,
    steps_per_epoch: plan.stepsPerEpoch,
    epochs: plan.epochs,
  };
}
