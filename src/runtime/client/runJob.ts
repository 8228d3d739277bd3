import { DescentError } from "../../common/errors.js";
import type { ExperimentEvent } from "../../protocol/experiment.js";
import type { Projection } from "../../protocol/evaluation.js";
import type { Finding } from "../../protocol/finding.js";
import type { CheckEvent } from "../../protocol/runEvents.js";
import type { Job } from "../../protocol/runtime.js";
import type { LossSurface } from "../../protocol/surface.js";
import { RuntimeProcess, refusal, type RuntimeOptions } from "./forkRuntime.js";

export type ShortJob = Exclude<Job, { job: "train" | "inspect" }>;

export interface JobOptions extends RuntimeOptions {
  readonly onFinding?: (finding: Finding) => void;
  /** A layout while it forms. */
  readonly onProjection?: (projection: Projection) => void;
  /** A loss surface, coarse at first. */
  readonly onSurface?: (surface: LossSurface) => void;
  readonly onCheck?: (check: CheckEvent) => void;
  readonly onExperiment?: (event: ExperimentEvent) => void;
  /** Aborting ends the process; the call rejects with `cancelled`. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a short job (check, evaluate, predict, export, differentiate, devices, lint-data) in a process of its own and gives its value.
 * Rejects with the coded, located error of a job that cannot be done, with `process-died`, or with `cancelled`.
 */
export function runJob(job: ShortJob, options: JobOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const runtime = new RuntimeProcess(job, options, (message) => {
      if (message.ipc === "finding") options.onFinding?.(message.finding);
      else if (message.ipc === "projection") options.onProjection?.(message.projection);
      else if (message.ipc === "surface") options.onSurface?.(message.surface);
      else if (message.ipc === "check") options.onCheck?.(message.check);
      else if (message.ipc === "experiment") options.onExperiment?.(message.experiment);
      else if (message.ipc === "done") resolve(message.value);
      else if (message.ipc === "refused") reject(refusal(message));
    });
    const cancel = () => {
      runtime.kill("SIGKILL");
      reject(new DescentError("cancelled", "Cancelled."));
    };
    if (options.signal?.aborted) cancel();
    options.signal?.addEventListener("abort", cancel, { once: true });
    void runtime.exited.then((how) => {
      options.signal?.removeEventListener("abort", cancel);
      reject(new DescentError("process-died", `The process of the job "${job.job}" ended early${how ? ` (${how})` : ""}.`));
    });
  });
}
