/** Slurm's own commands. */
import { execFile } from "node:child_process";
import os from "node:os";
import { DescentError } from "../../common/errors.js";

/** A task of an array as the queue lists it; `index` is null while a whole array waits as one line. */
export interface QueuedTask {
  readonly job: string;
  readonly index: number;
  /** Slurm's own word: PENDING, RUNNING, COMPLETED, CANCELLED, TIMEOUT, PREEMPTED, NODE_FAIL, ... */
  readonly state: string;
  /** Why it waits, in Slurm's word: Resources, Priority, Dependency, QOSMaxJobsPerUserLimit, ...; empty where there is none. */
  readonly reason: string;
}

/** Milliseconds that a scheduler may take to answer: they are slow when they are busy. */
const longestAnswer = 60_000;
/** Ids in one scancel: a command line has its limits. */
const cancelledAtOnce = 500;

/** Rejects with `slurm-missing` where Slurm's commands are not on the path. */
export async function requireSlurm(): Promise<void> {
  await call("sbatch", ["--version"]);
}

/** Submits a script; gives the job's id. Throws `slurm-missing` where there is no sbatch, `slurm-refused` with Slurm's own words. */
export async function submit(script: string): Promise<string> {
  const printed = await call("sbatch", ["--parsable", script]);
  return printed.trim().split(";")[0]; // a cluster's name may follow
}

/** This user's tasks, those that have ended lately (MinJobAge) too. Throws as `submit` does. */
export async function listTasks(): Promise<QueuedTask[]> {
  const printed = await call("squeue", ["--noheader", "--array", "--states=all", `--user=${os.userInfo().username}`, "--format=%F %K %T %r"]);
  return printed.split("\n").flatMap((line) => {
    const [job, index, state, ...reason] = line.trim().split(/\s+/);
    return state === undefined || !/^\d+$/.test(index) ? [] : [{ job, index: Number(index), state, reason: reason.join(" ").replace(/^None$/, "") }];
  });
}

/** Cancels tasks, waiting or running; those that are gone already are none of its business. */
export async function cancel(tasks: readonly Pick<QueuedTask, "job" | "index">[]): Promise<void> {
  for (let at = 0; at < tasks.length; at += cancelledAtOnce) {
    await call("scancel", ["--quiet", ...tasks.slice(at, at + cancelledAtOnce).map(({ job, index }) => `${job}_${index}`)]);
  }
}

/** Puts a running task into the queue again, from within it: Slurm ends it and starts it anew. Throws as `submit` does. */
export async function requeue({ job, index }: Pick<QueuedTask, "job" | "index">): Promise<void> {
  await call("scontrol", ["requeue", `${job}_${index}`]);
}

function call(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { timeout: longestAnswer, maxBuffer: 64 * 2 ** 20 }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      if (error.code === "ENOENT") return reject(new DescentError("slurm-missing", `${command} is not on the path: start this where Slurm's commands are, such as a cluster's login node.`, { path: "cluster" }, { cause: error }));
      const words = stderr.trim().replace(/\s+/g, " ") || error.message;
      return reject(new DescentError("slurm-refused", `${command} failed: ${words}`, { path: "cluster" }, { cause: error }));
    });
  });
}
