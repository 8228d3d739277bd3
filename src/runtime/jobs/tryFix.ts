import os from "node:os";
import { DescentError } from "../../common/errors.js";
import { applyEdits } from "../../config/edit/textEdits.js";
import type { Dataset } from "../../engine/data/types.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import { loadDataset } from "../../files/loadDataset.js";
import type { Outcome } from "../../protocol/experiment.js";
import type { Edit } from "../../protocol/finding.js";
import type { Job, JobSource } from "../../protocol/runtime.js";
import { judge } from "../../rules/experiments/judge.js";
import { trainSideBySide, type Side } from "../../rules/experiments/sideBySide.js";
import { mayChangeData } from "../../rules/experiments/triable.js";
import { resolveDevice } from "../backend/devices.js";
import { createOnnxRuntimeBackend } from "../backend/onnxRuntimeBackend.js";
import type { Report } from "../report.js";
import { loadOptions, locateIn, parseSource, readModelFiles, withSettings } from "../training/prepare.js";

/**
 * Trains a file and its changed form side by side and says which does better. Throws what keeps either from being trained: of the file as it
 * is located in it, of the changed one as `fix-unusable`.
 */
export async function tryFix(job: Extract<Job, { job: "try-fix" }>, report: Report): Promise<Outcome> {
  const source = withSettings(job.source, { device: job.device, threads: job.threads, seed: null });
  const { parsed, config } = parseSource(source);
  try {
    report.progress("reading the data", null);
    const before = await sideOf("as it is", config, source, report, null);
    const after = await changedSide(job.name, source, job.edits, report, before.dataset);
    const { provider } = await resolveDevice(config.device);
    const trials = await trainSideBySide({
      sides: [before, after],
      seeds: job.seeds,
      milliseconds: 1000 * job.seconds,
      share: 1,
      backend: createOnnxRuntimeBackend(),
      provider,
      threads: config.threads === "auto" ? Math.min(os.availableParallelism(), 2) : config.threads,
      onEvent: report.experiment,
      onProgress: (fraction) => report.progress("training side by side", fraction),
      log: report.log,
    });
    return judge(trials);
  } catch (thrown) {
    throw locateIn(parsed, thrown);
  }
}

/** A file ready to be trained briefly; `dataset`: data that are read already. Throws `pretraining-first`. */
async function sideOf(name: string, written: TrainingConfig, source: JobSource, report: Report, dataset: Dataset | null): Promise<Side> {
  if (written.training.pretrain !== null) throw new DescentError("pretraining-first", "The file pretrains its layers one by one before the whole model is trained: nothing of that fits into a short training.", { path: "training.pretrain" });
  const config = await readModelFiles(written, source, { runFolder: null, hasState: false });
  return { name, config, dataset: dataset ?? (await loadDataset(config, loadOptions(source, null, report))) };
}

/** The file with a change. Throws `fix-unusable`. */
export async function changedSide(name: string, source: JobSource, edits: readonly Edit[], report: Report, dataset: Dataset): Promise<Side> {
  try {
    const changed = { ...source, text: applyEdits(source.text, edits, source.file) };
    return await sideOf(name, parseSource(changed).config, changed, report, mayChangeData(edits) ? null : dataset);
  } catch (thrown) {
    const { message } = thrown as Error;
    throw new DescentError("fix-unusable", `With "${name}" the file cannot be trained: ${message}`, {}, { cause: thrown });
  }
}
