/** Everything before the first step: the file, its data, the rules that look at both, the device, the model. */
import os from "node:os";
import path from "node:path";
import { DescentError, toDescentError } from "../../common/errors.js";
import { parseTrainingFile, type ParsedFile } from "../../config/parseTrainingFile.js";
import type { Dataset } from "../../engine/data/types.js";
import type { Provider } from "../../engine/training/backend.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import { withTunedBatch } from "../../engine/training/tunedBatch.js";
import { createTrainer } from "../../engine/training/trainer.js";
import { measureTuning } from "../../engine/training/tuning.js";
import type { Trainer, TrainingState, Tuning } from "../../engine/training/types.js";
import { loadDataset } from "../../files/loadDataset.js";
import type { JobSource } from "../../protocol/runtime.js";
import { resolveDevice } from "../backend/devices.js";
import { createOnnxRuntimeBackend, loadOnnxRuntime } from "../backend/onnxRuntimeBackend.js";
import type { Report } from "../report.js";
import { tuningFor } from "./tuningStore.js";

/** A model that is ready to train, and what it was made from. */
export interface Prepared {
  /** The source with every value that was set from outside among its overrides. */
  readonly source: JobSource;
  readonly parsed: ParsedFile;
  readonly config: TrainingConfig;
  readonly dataset: Dataset;
  readonly device: string;
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
  const parsed = parseTrainingFile(source.text, { file: source.file, overrides: source.overrides });
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

/**
 * Prepares a training: reads and checks the source and its data, and builds the model, from `resume` where given. `storage`: where
 * measurements are kept; null, for a model that has a state and so needs none, is as good.
 * Throws the coded, located error of what cannot be read or computed; nothing is written but the tuning.
 */
export async function prepare(source: JobSource, storage: string | null, resume: TrainingState | null, report: Report): Promise<Prepared> {
  const { parsed, config } = parseSource(source);
  try {
    const { provider, id } = await resolveDevice(config.device);
    report.progress("reading the data", null);
    void loadOnnxRuntime().catch(() => {}); // while the disk is waited for; who needs it hears of a failure
    const dataset = await loadDataset(config, { folder: path.dirname(source.file), log: report.log });
    const { trainer, tuning } = await build({ config, dataset, provider, storage, resume, report });
    return { source, parsed, config: withTunedBatch(config, tuning), dataset, device: id, tuning, trainer };
  } catch (thrown) {
    throw locateIn(parsed, thrown);
  }
}

interface BuildOptions {
  readonly config: TrainingConfig;
  readonly dataset: Dataset;
  readonly provider: Provider;
  readonly storage: string | null;
  readonly resume: TrainingState | null;
  readonly report: Report;
}

async function build({ config, dataset, provider, storage, resume, report }: BuildOptions): Promise<{ trainer: Trainer; tuning: Tuning }> {
  const backend = createOnnxRuntimeBackend();
  const log = report.log;
  const measure = () => {
    report.progress("measuring which way is fastest (once a model)", null);
    return measureTuning({ config, dataset, backend, provider, cores: os.availableParallelism(), memory: provider === "cpu" ? process.availableMemory() : null, log });
  };
  const tuning = resume?.tuning ?? (storage === null ? await measure() : await tuningFor({ config, dataset, provider }, storage, measure, log));
  report.progress("building the model", null);
  const trainer = await createTrainer({ config, dataset, backend, provider, tuning, resume, log });
  return { trainer, tuning };
}
