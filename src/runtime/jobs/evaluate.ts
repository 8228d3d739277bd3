import { toJsonNumber } from "../../common/numbers.js";
import { DescentError } from "../../common/errors.js";
import type { Job } from "../../protocol/runtime.js";
import { isGroupFolder } from "../../runs/groupFile.js";
import type { Report } from "../report.js";
import { evaluateEnsemble } from "./ensemble/evaluateEnsemble.js";
import { loadRun } from "./loadRun.js";

/**
 * Evaluates a run's best weights on a split: `{ run, split, step, metrics, confusion }`; of an ensemble's folder the averaged predictions of
 * its members. Throws `split-empty` where the split has no examples.
 */
export async function evaluate(job: Extract<Job, { job: "evaluate" }>, report: Report) {
  if (isGroupFolder(job.run)) return evaluateEnsemble(job.run, job.split, report);
  const run = await loadRun(job.run, report);
  if (run.dataset.splits[job.split].length === 0) throw new DescentError("split-empty", `The run ${run.manifest.id} has no ${job.split} data.`, { file: job.run });
  const { metrics, confusion } = await run.trainer.evaluate(job.split, "best");
  const { classes } = run.dataset;
  return {
    run: run.folder,
    split: job.split,
    step: run.trainer.best?.step ?? run.trainer.step,
    examples: run.dataset.splits[job.split].length,
    metrics: Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, toJsonNumber(value)])),
    confusion: confusion && classes ? { classes: [...classes], counts: [...confusion] } : null,
  };
}
