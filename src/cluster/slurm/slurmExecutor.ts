/** Trials as tasks of Slurm's array jobs. */
import fs from "node:fs";
import path from "node:path";
import { toDescentError, type SerializedError } from "../../common/errors.js";
import type { ClusterConfig } from "../../config/group.js";
import type { Manifest } from "../../protocol/manifest.js";
import { readScalars } from "../../runs/events/readScalars.js";
import { saysLive } from "../../runs/liveness.js";
import { readManifest } from "../../runs/manifestFile.js";
import type { Executor, Trial, TrialEvent, TrialOutcome, TrialRequest } from "../../trials/executor.js";
import { JobsFolder } from "./jobsFolder.js";
import { cancel, listTasks, submit, type QueuedTask } from "./scheduler.js";
import { arrayScript } from "./script.js";

export interface SlurmOptions {
  /** Name of the jobs, for people who look at the queue. */
  readonly name: string;
  /** `jobs` in the group's folder, absolute: every node must see it. */
  readonly jobsFolder: string;
  readonly cluster: ClusterConfig;
  /** How a task is begun, but for its array's number: node, the command line, `trial`, the folder. */
  readonly command: readonly string[];
  readonly threads: number | null;
  readonly device: string | null;
  /** Milliseconds between two looks at the queue. */
  readonly interval: number;
  /** Runs that are asked for at the same time; null: all at once, and the scheduler decides. */
  readonly slots: number | null;
}

/** Milliseconds in which requests are gathered into one array. */
const gathering = 100;
/** Slurm's own limit of an array, unless a cluster raises it (MaxArraySize 1001). */
const mostTasks = 1000;
/** Looks at the queue that may fail one after the other: a controller of Slurm's restarts now and then. */
const mostFailures = 30;

/** A run that was asked for, and its task. */
class SlurmTrial implements Trial {
  readonly outcome: Promise<TrialOutcome>;
  settled = false;
  stopped = false;
  /** Job and index; null before it is submitted. */
  task: { readonly job: string; readonly index: number } | null = null;
  started = false;
  /** Step of the run when it was last submitted: one that gets no further is given up. */
  stepAtSubmission = -1;
  /** Evaluations up to this step are told. */
  toldStep = 0;
  lastUpdate = "";
  /** Why it waits in the queue, as it was told last; null: it does not wait. */
  waitsFor: string | null = null;
  /** Looks in a row that found its task over and its run not: a shared disk may lag behind. */
  looksAfterEnd = 0;
  private resolve!: (outcome: TrialOutcome) => void;

  constructor(
    readonly request: TrialRequest,
    readonly onEvent: (event: TrialEvent) => void,
    private readonly onStop: (trial: SlurmTrial) => void,
  ) {
    this.outcome = new Promise((resolve) => (this.resolve = resolve));
  }

  stop(): void {
    if (this.stopped || this.settled) return;
    this.stopped = true;
    this.onStop(this);
  }

  settle(outcome: TrialOutcome): void {
    this.settled = true;
    this.resolve(outcome);
  }
}

/**
 * Executes trials as tasks of array jobs, in a folder that the cluster's nodes share with this machine. The scheduler decides how many run at
 * the same time. Closing this process ends nothing: an executor of the same folder finds the tasks again.
 */
export class SlurmExecutor implements Executor {
  readonly slots: number;
  readonly outlives = true;
  private readonly jobs: JobsFolder;
  private readonly trials = new Set<SlurmTrial>();
  private unsubmitted: SlurmTrial[] = [];
  private toCancel: SlurmTrial[] = [];
  private timer: NodeJS.Timeout | null = null;
  private gatherTimer: NodeJS.Timeout | null = null;
  private working: Promise<void> = Promise.resolve();
  private failures = 0;

  constructor(private readonly options: SlurmOptions) {
    this.jobs = new JobsFolder(options.jobsFolder);
    this.slots = options.slots ?? Number.MAX_SAFE_INTEGER;
  }

  start(request: TrialRequest, onEvent: (event: TrialEvent) => void): Trial {
    const trial = new SlurmTrial(request, onEvent, (one) => this.stop(one));
    this.trials.add(trial);
    this.unsubmitted.push(trial);
    this.gather();
    return trial;
  }

  async close(): Promise<void> {
    const all = [...this.trials];
    for (const trial of all) trial.stop();
    await Promise.all(all.map(({ outcome }) => outcome));
  }

  private stop(trial: SlurmTrial): void {
    this.toCancel.push(trial);
    this.gather();
  }

  private gather(): void {
    this.gatherTimer ??= setTimeout(() => {
      this.gatherTimer = null;
      this.enqueue(() => this.act());
    }, gathering);
  }

  /** One thing after the other. */
  private enqueue(work: () => Promise<void>): void {
    this.working = this.working.then(work).catch((thrown: unknown) => this.fail(thrown));
  }

  /** Submits and cancels what has gathered. */
  private async act(): Promise<void> {
    const [fresh, cancelled] = [this.unsubmitted, this.toCancel];
    this.unsubmitted = [];
    this.toCancel = [];
    const stopped = fresh.filter((trial) => trial.stopped);
    for (const trial of stopped) this.settle(trial, { kind: "cancelled" });
    const wanted: SlurmTrial[] = [];
    for (const trial of fresh) if (!trial.stopped && !(await this.isDone(trial))) wanted.push(trial);
    if (wanted.length > 0) await this.submit(wanted);
    const tasks = cancelled.flatMap(({ task }) => (task === null ? [] : [task]));
    if (tasks.length > 0) await cancel(tasks);
    this.look(tasks.length > 0 ? 500 : this.options.interval);
  }

  /** Settles a run that has ended well before. */
  private async isDone(trial: SlurmTrial): Promise<boolean> {
    const manifest = await manifestOf(trial);
    if (manifest === null || !manifest.state.startsWith("finished")) return false;
    this.settle(trial, { kind: "ended", manifest });
    return true;
  }

  /** Finds the tasks of an earlier controller in the queue, and submits arrays of the rest. */
  private async submit(trials: readonly SlurmTrial[]): Promise<void> {
    this.jobs.prepare();
    const placed = new Map(this.jobs.submissions().flatMap(({ job, ids }) => ids.map((id, index) => [id, { job, index }] as const)));
    const queue = placed.size === 0 ? [] : await listTasks();
    const states = new Map(queue.map(({ job, index, state }) => [`${job}_${index}`, state]));
    const rest: SlurmTrial[] = [];
    for (const trial of trials) {
      const task = placed.get(trial.request.id);
      const state = task && states.get(`${task.job}_${task.index}`);
      // one that was cancelled while nobody looked is no work left over
      const isCancelled = state === "CANCELLED" || (task !== undefined && (await this.vanished(trial, task, state ?? null, queue)));
      const isOwn = (state !== undefined && !isOver(state)) || (isCancelled && !fs.existsSync(this.jobs.closedFile(trial.request.id)));
      if (task !== undefined && isOwn) trial.task = task;
      else rest.push(trial);
    }
    try {
      for (let at = 0; at < rest.length; at += mostTasks) await this.submitArray(rest.slice(at, at + mostTasks));
    } catch (thrown) {
      // what runs goes on
      const error = toDescentError(thrown).toJSON();
      for (const trial of rest) if (trial.task === null) this.settle(trial, { kind: "refused", error });
    }
  }

  /** A task that was cancelled while it waited leaves no trace in the queue, where its array still stands. */
  private async vanished(trial: SlurmTrial, { job, index }: NonNullable<SlurmTrial["task"]>, state: string | null, queue: readonly QueuedTask[]): Promise<boolean> {
    return state === null && queue.some((task) => task.job === job) && !this.jobs.hasPrinted(job, index) && (await manifestOf(trial)) === null;
  }

  private async submitArray(trials: readonly SlurmTrial[]): Promise<void> {
    const { name, cluster, command, threads, device } = this.options;
    for (const trial of trials) {
      fs.rmSync(this.jobs.refusalFile(trial.request.id), { force: true });
      fs.rmSync(this.jobs.closedFile(trial.request.id), { force: true });
      trial.stepAtSubmission = (await manifestOf(trial))?.step ?? 0;
      trial.looksAfterEnd = 0;
    }
    const array = this.jobs.writeArray({ requests: trials.map(({ request }) => request), threads, device }, (number) =>
      arrayScript({ name, cluster, tasks: trials.length, output: this.jobs.output, command: [...command, String(number)] }));
    const job = await submit(this.jobs.scriptOf(array));
    this.jobs.note({ array, job, ids: trials.map(({ request }) => request.id) });
    trials.forEach((trial, index) => {
      trial.task = { job, index };
      this.tellQueued(trial, { job, index, reason: "" });
    });
  }

  private look(delay: number): void {
    if (this.timer || this.trials.size === 0) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.enqueue(async () => {
        await this.lookAtQueue();
        this.look(this.options.interval);
      });
    }, delay);
  }

  private async lookAtQueue(): Promise<void> {
    let queue: QueuedTask[];
    try {
      queue = await listTasks();
      this.failures = 0;
    } catch (thrown) {
      this.failures += 1;
      if (this.failures > mostFailures) throw thrown;
      return; // the next look
    }
    const queued = new Map(queue.map((one) => [`${one.job}_${one.index}`, one]));
    for (const trial of this.trials) if (trial.task !== null) await this.lookAt(trial, trial.task, queued.get(`${trial.task.job}_${trial.task.index}`) ?? null, queue);
  }

  /** `found`: the task as Slurm lists it; null where it has forgotten it. */
  private async lookAt(trial: SlurmTrial, task: NonNullable<SlurmTrial["task"]>, found: QueuedTask | null, queue: readonly QueuedTask[]): Promise<void> {
    const state = found?.state ?? null;
    if (found !== null && isWaiting(found.state)) {
      trial.started = false; // requeued: it begins again
      return this.tellQueued(trial, found);
    }
    trial.waitsFor = null;
    const manifest = await manifestOf(trial);
    if (manifest !== null) await this.tell(trial, manifest);
    if (state !== null && !isOver(state)) return;
    const refusal = readRefusal(this.jobs.refusalFile(trial.request.id));
    if (refusal !== null) return this.settle(trial, { kind: "refused", error: refusal });
    const ended = manifest !== null && !saysLive(manifest) && manifest.state !== "stopped" && manifest.error?.code !== "process-died";
    if (ended) return this.settle(trial, { kind: "ended", manifest });
    const isCancelled = trial.stopped || state === "CANCELLED" || (await this.vanished(trial, task, state, queue));
    if (isCancelled) fs.writeFileSync(this.jobs.closedFile(trial.request.id), "");
    if (isCancelled) return this.settle(trial, manifest === null ? { kind: "cancelled" } : { kind: "ended", manifest: { ...manifest, state: "stopped", pid: null, socket: null } });
    trial.looksAfterEnd += 1;
    if (trial.looksAfterEnd < 2) return;
    await this.goOn(trial, task, state, manifest?.step ?? 0);
  }

  /** A task that is over and whose run is not: submitted again as long as it gets further. */
  private async goOn(trial: SlurmTrial, { job, index }: NonNullable<SlurmTrial["task"]>, state: string | null, step: number): Promise<void> {
    const word = state ?? "gone";
    if (step > trial.stepAtSubmission || state === "PREEMPTED" || state === "NODE_FAIL" || state === "BOOT_FAIL") {
      trial.onEvent({ kind: "log", level: "info", text: `job ${job}_${index} ended (${word.toLowerCase()}) at step ${step}: submitted again` });
      trial.task = null;
      trial.started = false;
      this.unsubmitted.push(trial);
      return this.gather();
    }
    const printed = this.jobs.printed(job, index);
    const message = `Job ${job}_${index} ended (${word.toLowerCase()}) without getting further.${printed === "" ? "" : ` It printed: ${printed}`}`;
    this.settle(trial, { kind: "lost", error: { code: "job-failed", message, file: trial.request.runFolder }, retry: true });
  }

  /** What a run's folder shows that was not told yet. */
  private async tell(trial: SlurmTrial, manifest: Manifest): Promise<void> {
    if (manifest.updated === trial.lastUpdate) return;
    trial.lastUpdate = manifest.updated;
    if (!trial.started) trial.onEvent({ kind: "started", manifest, goesOn: trial.stepAtSubmission > 0 });
    trial.started = true;
    const { step, totalSteps, epochs, seconds } = manifest;
    const pace = seconds > 0 ? step / seconds : 0;
    const total = totalSteps ?? step;
    trial.onEvent({ kind: "progress", progress: { step, totalSteps: total, epoch: total > 0 ? (epochs * step) / total : 0, epochs, stepsPerSecond: pace, secondsLeft: pace > 0 ? (total - step) / pace : null, secondsElapsed: seconds } });
    await this.tellEvaluations(trial, manifest);
  }

  private async tellEvaluations(trial: SlurmTrial, { epochs, totalSteps, metrics }: Manifest): Promise<void> {
    const folder = path.join(trial.request.runFolder, "validation");
    if (!fs.existsSync(folder)) return;
    const { series } = await readScalars(folder).catch(() => ({ series: new Map<string, never>() }));
    const steps = new Map<number, Record<string, number>>();
    for (const [tag, { steps: at, values }] of series as Awaited<ReturnType<typeof readScalars>>["series"]) {
      at.forEach((step, i) => {
        if (step <= trial.toldStep) return;
        const entry = steps.get(step) ?? {};
        steps.set(step, entry);
        entry[`validation/${tag}`] = values[i];
      });
    }
    const training = Object.fromEntries(Object.entries(metrics).flatMap(([tag, value]) => (tag.startsWith("train/") ? [[tag, Number(value)]] : [])));
    for (const [step, values] of [...steps].sort(([a], [b]) => a - b)) {
      trial.toldStep = step;
      trial.onEvent({ kind: "evaluated", step, epoch: totalSteps ? (epochs * step) / totalSteps : 0, values: { ...training, ...values } });
    }
  }

  private tellQueued(trial: SlurmTrial, { job, index, reason }: Pick<QueuedTask, "job" | "index" | "reason">): void {
    if (trial.waitsFor === reason) return;
    trial.waitsFor = reason;
    trial.onEvent({ kind: "queued", job: `${job}_${index}`, reason });
  }

  private settle(trial: SlurmTrial, outcome: TrialOutcome): void {
    this.trials.delete(trial);
    trial.settle(outcome);
  }

  /** The scheduler cannot be asked any more: what becomes of the jobs is not known here. */
  private fail(thrown: unknown): void {
    const error = toDescentError(thrown).toJSON();
    for (const trial of this.trials) this.settle(trial, trial.task === null ? { kind: "refused", error } : { kind: "lost", error, retry: false });
  }
}

async function manifestOf({ request }: Pick<SlurmTrial, "request">): Promise<Manifest | null> {
  return readManifest(request.runFolder).catch(() => null);
}

function isWaiting(state: string): boolean {
  return ["PENDING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT", "CONFIGURING"].includes(state);
}

/** Slurm's words for a job that will do nothing any more (JobState of its manual). */
function isOver(state: string): boolean {
  return ["BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED", "REVOKED", "TIMEOUT"].includes(state);
}

function readRefusal(file: string): SerializedError | null {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")) as SerializedError;
  } catch {
    return null;
  }
}
