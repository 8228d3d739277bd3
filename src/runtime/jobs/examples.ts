import { DescentError } from "../../common/errors.js";
import type { Job } from "../../protocol/runtime.js";
import type { Report } from "../report.js";
import { ExampleRequests } from "../training/exampleRequests.js";
import { loadRun } from "./loadRun.js";

/**
 * Examples of a run that has ended, `{ examples, total }`, by the weights that its matrices and projections were made from: those of the
 * last step; but the test split is evaluated with the best ones where the run restores them.
 */
export async function examples(job: Extract<Job, { job: "examples" }>, report: Report) {
  const run = await loadRun(job.run, report);
  const restores = run.config.training.earlyStopping?.restoreBest === true;
  const requests = new ExampleRequests(run.dataset, run.trainer, restores && "split" in job.of && job.of.split === "test" ? "best" : "current");
  const result = "indices" in job.of ? await requests.at(job.of.indices) : await requests.cell(job.of);
  if (!result.ok) throw new DescentError(result.error.code, result.error.message, { file: job.run });
  return { examples: result.examples, total: result.total };
}
