import { DescentError } from "../../common/errors.js";
import type { Split } from "../../protocol/evaluation.js";
import type { Job } from "../../protocol/runtime.js";
import type { Report } from "../report.js";
import { ExampleRequests } from "../training/exampleRequests.js";
import { loadRun, type LoadedRun } from "./loadRun.js";

/**
 * Examples of a run that has ended, `{ examples, total }`, by the weights that its matrices and projections were made from: those of the
 * last step; but the test split is evaluated with the best ones where the run restores them.
 */
export async function examples(job: Extract<Job, { job: "examples" }>, report: Report) {
  const run = await loadRun(job.run, report);
  const requests = new ExampleRequests(run, weightsOf(run, "split" in job.of ? job.of.split : null));
  const result = "indices" in job.of ? await requests.at(job.of.indices) : await requests.cell(job.of);
  if (!result.ok) throw new DescentError(result.error.code, result.error.message, { file: job.run });
  return { examples: result.examples, total: result.total };
}

/** Figures of a run that has ended, by the same weights: what `figures` of the protocol says. */
export async function figures(job: Extract<Job, { job: "figures" }>, report: Report) {
  const run = await loadRun(job.run, report);
  const result = await new ExampleRequests(run, weightsOf(run, job.split)).figures(job.split, job.of);
  if (!result.ok) throw new DescentError(result.error.code, result.error.message, { file: job.run });
  return result.figures;
}

/** Of a run that restores its best weights at the end, those are what its test split was evaluated with, however it was left. */
function weightsOf(run: LoadedRun, split: Split | null): "current" | "best" {
  const restores = run.config.training.earlyStopping?.restoreBest === true;
  return restores && split === "test" ? "best" : "current";
}
