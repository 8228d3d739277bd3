import os from "node:os";
import type { Dataset } from "../../engine/data/types.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import type { Verdict } from "../../protocol/runEvents.js";
import type { Job, JobSource } from "../../protocol/runtime.js";
import { causesOf, verdictOf } from "../../rules/causes/causesOf.js";
import type { Standing } from "../../rules/causes/foldFindings.js";
import { changeFor } from "../../rules/experiments/changeFor.js";
import { judge } from "../../rules/experiments/judge.js";
import { trainSideBySide } from "../../rules/experiments/sideBySide.js";
import { tellApart, verdictAfter } from "../../rules/experiments/tellApart.js";
import { resolveDevice } from "../backend/devices.js";
import { createOnnxRuntimeBackend } from "../backend/onnxRuntimeBackend.js";
import type { Report } from "../report.js";
import { loadDataset } from "../../files/loadDataset.js";
import { loadOptions, locateIn, parseSource, readModelFiles, withSettings } from "../training/prepare.js";
import { changedSide } from "./tryFix.js";

/** Runs of each side, the most of the run that one does, and seconds of it at most about. */
const [seeds, share, seconds] = [5, 0.1, 1.5];

/** Reads the file of a run, weighs the causes of its findings by a short experiment, and gives the verdict. Throws what reading file and data throws. */
export async function tellApartJob(job: Extract<Job, { job: "tell-apart" }>, report: Report): Promise<Verdict> {
  const source = withSettings(job.source, { device: job.device, threads: job.threads, seed: null });
  const { parsed, config: written } = parseSource(source);
  try {
    const config = await readModelFiles(written, source, { runFolder: null, hasState: false });
    report.progress("reading the data", null);
    const dataset = await loadDataset(config, loadOptions(source, null, report));
    return await verdictByExperiment({ run: job.run, standing: job.standing, finished: job.finished, source, config, dataset, report });
  } catch (thrown) {
    throw locateIn(parsed, thrown);
  }
}

interface Question {
  /** What the verdict calls it. */
  readonly run: string;
  readonly standing: readonly Standing[];
  readonly finished: boolean;
  readonly source: JobSource;
  readonly config: TrainingConfig;
  readonly dataset: Dataset;
  readonly report: Report;
}

/** The verdict; where two causes or more are left, after a tenth of the run with each of them taken away. */
export async function verdictByExperiment({ run, standing, finished, source, config, dataset, report }: Question): Promise<Verdict> {
  const verdict = verdictOf(run, standing, { finished });
  const causes = causesOf(standing, { finished });
  if (causes.length < 2 || config.training.pretrain !== null) return verdict;
  const suspects = [];
  const sides = [{ name: "as it is", config, dataset }];
  for (const cause of causes) {
    const change = changeFor(cause, config);
    if (change === null) continue;
    try {
      sides.push(await changedSide(change.title, source, change.edits, report, dataset));
      suspects.push({ cause, title: change.title });
    } catch (thrown) {
      // a fix that alone makes no file that can be trained tells nothing
      report.log("info", `${change.title} is not tried: ${(thrown as Error).message}`);
    }
  }
  // with one of them the other is told too: what helps, or does not, speaks for the one or the other
  if (suspects.length === 0) return verdict;
  const { provider } = await resolveDevice(config.device);
  const trials = await trainSideBySide({
    sides, seeds, share, milliseconds: 1000 * seconds, backend: createOnnxRuntimeBackend(), provider,
    threads: config.threads === "auto" ? Math.min(os.availableParallelism(), 2) : config.threads,
    onEvent: () => undefined, onProgress: (fraction) => report.progress("telling the causes apart", fraction), log: report.log,
  });
  return verdictAfter(verdict, tellApart(causes, suspects, judge(trials)));
}
