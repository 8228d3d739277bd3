/** Everything before the first step: the file, its data, the rules that look at both, the device, the model. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DescentError, toDescentError } from "../../common/errors.js";
import { parseTrainingFile, type ParsedFile } from "../../config/parseTrainingFile.js";
import type { Dataset } from "../../engine/data/types.js";
import type { Provider } from "../../engine/training/backend.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import { withTunedBatch } from "../../engine/training/tunedBatch.js";
import type { MoreData } from "../../engine/data/readMore.js";
import { createRun } from "../../engine/training/pretraining/createRun.js";
import { measureTuning } from "../../engine/training/tuning.js";
import type { Trainer, TrainingState, Tuning } from "../../engine/training/types.js";
import { keptDataset } from "../../files/keptDataset.js";
import { loadDataset, type LoadOptions } from "../../files/loadDataset.js";
import { foldedNorms } from "../../engine/imported/foldedNorms.js";
import { withModelFiles } from "../../files/loadModelFiles.js";
import { loadUnlabelled } from "../../files/loadMore.js";
import type { StreamPlan } from "../../files/stream/streamDataset.js";
import type { JobSource } from "../../protocol/runtime.js";
import { runFiles } from "../../runs/runFolder.js";
import { pathsFolderOf } from "../../runs/storedCopy.js";
import { crowdedGpu, type CrowdedGpu } from "../backend/crowdedGpu.js";
import { resolveDevice } from "../backend/devices.js";
import { createOnnxRuntimeBackend, loadOnnxRuntime } from "../backend/onnxRuntimeBackend.js";
import type { Report } from "../report.js";
import { ImagePool } from "../workers/imagePool.js";
import { ExampleClient } from "../workers/exampleClient.js";
import { shareOfCores, type Place } from "./sharedCores.js";
import { tuningFor } from "./tuningStore.js";

/** A model that is ready to train, and what it was made from. */
export interface Prepared {
  /** The source with every value that was set from outside among its overrides. */
  readonly source: JobSource;
  readonly parsed: ParsedFile;
  readonly config: TrainingConfig;
  readonly dataset: Dataset;
  readonly device: string;
  /** The GPU, where others had nearly used up its memory before. */
  readonly crowded: CrowdedGpu | null;
  readonly tuning: Tuning;
  readonly trainer: Trainer;
}

/** The parts of a job that are values of the file set from outside. */
export interface Settings {
  readonly device: string | null;
  readonly threads: number | null;
  readonly seed: number | null;
}

/** The source with the command line's or the editor's settings as overrides: a resumed run finds them in its manifest. */
export function withSettings(source: JobSource, { device, threads, seed }: Settings): JobSource {
  const settings = { ...(device === null ? {} : { device }), ...(threads === null ? {} : { threads }), ...(seed === null ? {} : { seed }) };
  return { ...source, overrides: { ...source.overrides, ...settings } };
}

/** The configuration of a source. Throws the first of the file's problems, located. */
export function parseSource(source: JobSource): { readonly parsed: ParsedFile; readonly config: TrainingConfig } {
  const parsed = parseTrainingFile(source.text, { file: source.file, overrides: source.overrides, search: false });
  const problem = parsed.problems.at(0);
  if (problem) throw new DescentError(problem.code, problem.message, { file: source.file, path: problem.path, range: problem.range });
  if (!parsed.config) throw new DescentError("internal-error", `${source.file} has no problem and no configuration.`);
  return { parsed, config: parsed.config };
}

/** A failure with a path into the training file gets the file and the range there, unless it names a file of its own. */
export function locateIn(parsed: ParsedFile, thrown: unknown): DescentError {
  const error = toDescentError(thrown);
  if (error.location.file !== undefined || error.location.path === undefined) return error.at({ file: parsed.file });
  return error.at({ file: parsed.file, range: parsed.locate(error.location.path) });
}

interface PrepareOptions {
  /** The run's folder, where it is gone on with; its copy of an imported model is read. */
  readonly runFolder?: string | null;
  /** The device that the state was made on; what was measured there says nothing of another kind of device. */
  readonly formerDevice?: string | null;
  /** Whether the trainer is kept from measuring the test split. */
  readonly holdTest?: boolean;
  /** The run among those of this machine; without it, it is alone. */
  readonly place?: Place;
  /** Where runs of one whole keep the data that they share; null: this one reads for itself. */
  readonly dataFolder?: string | null;
}

/**
 * Prepares a training: reads and checks the source and its data, and builds the model, from `resume` where given. `storage`: where
 * measurements are kept; null, for a model that has a state and so needs none, is as good.
 * Throws the coded, located error of what cannot be read or computed; nothing is written but the tuning.
 */
export async function prepare(source: JobSource, storage: string | null, resume: TrainingState | null, report: Report, { runFolder = null, formerDevice = null, holdTest = false, dataFolder = null, place }: PrepareOptions = {}): Promise<Prepared> {
  const { parsed, config: written } = parseSource(source);
  try {
    const config = await readModelFiles(written, source, { runFolder, hasState: resume !== null });
    const folded = config.modelFiles?.imported == null ? 0 : foldedNorms(config.modelFiles.imported);
    if (folded > 0) report.log("info", `${config.imported?.file}: its exporter has merged batch normalisation into ${folded} convolution${folded === 1 ? "" : "s"}; what is merged trains as weights and biases, without normalising. To train with it, export the model in training mode (torch.onnx.export with training=TrainingMode.TRAINING, or optimize=False).`);
    const { provider, id } = await resolveDevice(config.device);
    const asked = crowdedGpu(id); // answered while the data is read, and before memory is taken
    report.progress("reading the data", null);
    void loadOnnxRuntime().catch(() => {}); // while the disk is waited for; who needs it hears of a failure
    const dataset = await readShared(config, dataFolder, loadOptions(source, storage, report));
    const unlabelled = await loadUnlabelled(config, dataset, pathsFolderOf(source.file));
    const crowded = await asked;
    const { trainer, tuning } = await build({ config, dataset: holdTest ? withoutTest(dataset) : dataset, unlabelled, provider, storage, resume, report, isMoved: formerDevice !== null && formerDevice.split(":")[0] !== provider, place });
    const used = withTunedBatch(config, tuning);
    return { source, parsed: { ...parsed, config: used }, config: used, dataset, device: id, crowded, tuning, trainer };
  } catch (thrown) {
    throw locateIn(parsed, thrown);
  }
}

/** The data set, which runs of one whole read once. */
async function readShared(config: TrainingConfig, folder: string | null, options: LoadOptions): Promise<Dataset> {
  if (folder === null || config.data.train.kind !== "files") return loadDataset(config, options);
  const begun = performance.now();
  const openStream = options.openStream!;
  let plan: StreamPlan | null = null;
  const watched = (opened: StreamPlan) => openStream((plan = opened));
  const { dataset, isKept } = await keptDataset(folder, config, { openStream, load: async (scratch) => ({ dataset: await loadDataset(config, { ...options, scratch, openStream: watched }), plan }) });
  if (isKept) options.log("info", `Data: as another run has read it, ${(performance.now() - begun).toFixed(0)} ms`);
  return dataset;
}

/** The same data with an empty test split; its examples are in no other. */
function withoutTest(dataset: Dataset): Dataset {
  return { ...dataset, splits: { ...dataset.splits, test: dataset.splits.test.subarray(0, 0) } };
}

/** The configuration with the files that its model is made from. */
export async function readModelFiles(config: TrainingConfig, source: JobSource, { runFolder, hasState }: { readonly runFolder: string | null; readonly hasState: boolean }): Promise<TrainingConfig> {
  const copy = runFolder === null ? null : path.join(runFolder, runFiles.importedModel);
  return withModelFiles(config, { folder: pathsFolderOf(source.file), hasState, stored: copy !== null && fs.existsSync(copy) ? copy : null });
}

/** How this process reads data: what is streamed by a worker thread. */
export function loadOptions(source: JobSource, storage: string | null, report: Report): LoadOptions {
  return {
    folder: pathsFolderOf(source.file),
    log: report.log,
    progress: report.progress,
    ...(storage === null ? {} : { scratch: storage }),
    openStream: (plan) => new ExampleClient(__dirname, plan),
    openDecoder: () => new ImagePool(__dirname),
  };
}

/** With threads for this run's share of the cores; what was measured stands for runs that are alone. */
function sharedTuning(tuning: Tuning, place: Place, log: Report["log"]): Tuning {
  const runs = place.runs();
  const threads = shareOfCores(tuning.threads, os.availableParallelism(), runs);
  if (threads < tuning.threads) log("info", `${runs} runs train on this machine: this one takes ${threads} of the ${tuning.threads} threads that it would take alone, and keeps to them (threads: ${tuning.threads} insists on more)`);
  return { ...tuning, threads };
}

interface BuildOptions {
  readonly config: TrainingConfig;
  readonly dataset: Dataset;
  readonly unlabelled: MoreData | null;
  readonly provider: Provider;
  readonly storage: string | null;
  readonly resume: TrainingState | null;
  readonly report: Report;
  /** The state comes from another kind of device. */
  readonly isMoved: boolean;
  readonly place: Place | undefined;
}

async function build({ config, dataset, unlabelled, provider, storage, resume, report, isMoved, place }: BuildOptions): Promise<{ trainer: Trainer; tuning: Tuning }> {
  const backend = createOnnxRuntimeBackend(report.log, storage === null ? null : path.join(storage, "graphs"));
  const log = report.log;
  const measure = () => {
    report.progress("measuring which way is fastest (once a model)", null);
    return measureTuning({ config, dataset, backend, provider, cores: os.availableParallelism(), memory: provider === "cpu" ? process.availableMemory() : null, log });
  };
  const alone = (): Promise<Tuning> => (storage === null ? measure() : tuningFor({ config, dataset, provider }, storage, measure, log));
  const measured = async (): Promise<Tuning> => {
    const tuning = await alone();
    return provider === "cpu" && config.threads === "auto" && place !== undefined ? sharedTuning(tuning, place, log) : tuning;
  };
  // a batch that was found stays: the run's steps are counted in it
  const tuning = resume === null ? await measured() : isMoved ? { ...(await measured()), ...(resume.tuning.batchSize === undefined ? {} : { batchSize: resume.tuning.batchSize }) } : resume.tuning;
  report.progress("building the model", null);
  const trainer = await createRun({ config, dataset, unlabelled, backend, provider, tuning, resume, log, keepsOnDevice: true });
  return { trainer, tuning };
}
