import type { ChildProcess } from "node:child_process";
import { DescentError } from "../../common/errors.js";
import type { Job } from "../../protocol/runtime.js";
import { RuntimeProcess, refusal, type RuntimeOptions } from "./forkRuntime.js";
import { connect, type RunHandle } from "./runHandle.js";

export type TrainJob = Extract<Job, { job: "train" }>;

export interface StartOptions extends RuntimeOptions {
  /** Whether someone looks at a panel, so that projections are computed. */
  readonly panel: boolean;
  /** A process that waits for a job; without one, one is forked. */
  readonly spare?: ChildProcess;
  /** Gives up while the run is being prepared; once it is there, use the handle. */
  readonly signal?: AbortSignal;
}

/** A started run, and the process that this client forked for it. */
export interface StartedRun extends RunHandle {
  readonly pid: number | undefined;
  /** Ends the process at once, without a checkpoint. */
  kill(): void;
}

/**
 * Forks a runtime process and gives the run once it exists and waits for this client; no event is missed. Rejects with the
 * coded, located error of a job that cannot be done (nothing has then been written), with `process-died`, or with `cancelled`.
 */
export function startTraining(job: TrainJob, options: StartOptions): Promise<StartedRun> {
  return new Promise((resolve, reject) => {
    let listening = false;
    const runtime = new RuntimeProcess(job, options, (message) => {
      if (message.ipc === "refused") reject(refusal(message));
      if (message.ipc !== "listening") return;
      listening = true;
      const causeOfDeath = () => withTimeout(runtime.exited, 2000);
      connect(message.run, message.socket, { client: job.owner, panel: options.panel, causeOfDeath })
        .then((handle) => resolve(Object.assign(handle, { pid: runtime.pid, kill: () => runtime.kill("SIGKILL") })), reject)
        .finally(() => runtime.release());
    }, options.spare);
    void runtime.exited.then((how) => {
      if (!listening) reject(new DescentError("process-died", `The training process ended before training began${how ? ` (${how})` : ""}.`));
    });
    options.signal?.addEventListener("abort", () => {
      if (listening) return;
      runtime.kill("SIGTERM");
      reject(new DescentError("cancelled", "Cancelled."));
    });
  });
}

/** The promise's value, or null when it takes longer. */
function withTimeout<T>(promise: Promise<T>, milliseconds: number): Promise<T | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds, null);
    void promise.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
