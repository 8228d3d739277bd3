import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Command } from "commander";
import { DescentError } from "../../common/errors.js";
import { JobsFolder } from "../../cluster/slurm/jobsFolder.js";
import { requeue } from "../../cluster/slurm/scheduler.js";
import { timeSignal } from "../../cluster/slurm/script.js";
import { TaskOwner } from "../../cluster/taskOwner.js";
import { saysLive } from "../../runs/liveness.js";
import { readManifest, writeManifest } from "../../runs/manifestFile.js";
import type { TrialRequest } from "../../trials/executor.js";
import { LocalExecutor } from "../../trials/local/localExecutor.js";
import { exitCodes } from "../exitCodes.js";
import { runtimePath, storageFolder } from "../locations.js";
import { printLine } from "../output.js";

/** The command of one task of an array job: does its run, or goes on with it. */
export function addTrial(program: Command): void {
  program
    .command("trial", { hidden: true })
    .argument("<jobs>", "the folder of a group's jobs")
    .argument("<array>", "number of the array")
    .action((jobs: string, array: string) => trial(new JobsFolder(path.resolve(jobs)), Number(array)));
}

async function trial(jobs: JobsFolder, array: number): Promise<void> {
  const index = Number(process.env.SLURM_ARRAY_TASK_ID ?? Number.NaN);
  const { requests, threads, device } = jobs.readArray(array);
  const request = requests[index];
  if (request === undefined) throw new DescentError("wrong-usage", "descent trial is begun by a cluster's scheduler, as a task of an array (SLURM_ARRAY_TASK_ID).");
  const controller = new AbortController();
  // at a pre-emption, at a requeue, when it is cancelled
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => controller.abort());
  let isOutOfTime = false;
  process.on(timeSignal, () => {
    isOutOfTime = true;
    controller.abort();
  });
  const attempt = `${os.hostname()} job ${process.env.SLURM_JOB_ID ?? "?"} restart ${process.env.SLURM_RESTART_COUNT ?? 0} process ${process.pid}`;
  const owner = new TaskOwner(jobs.folder, request.id, attempt);
  await owner.take(() => giveUp(request));
  try {
    await recordDeath(request);
    printLine(`${attempt}: run ${request.id} in ${request.runFolder}`);
    const before = await stepOf(request);
    await carryOut(request, jobs, { threads, device }, controller.signal);
    if (isOutOfTime && (await stepOf(request)) > before) await goOnLater(index);
  } finally {
    owner.release();
  }
}

/** Step of a run that is stopped; -1 of one that has not begun, or has come to an end of its own. */
async function stepOf({ runFolder }: TrialRequest): Promise<number> {
  const manifest = await readManifest(runFolder).catch(() => null);
  return manifest?.state === "stopped" ? manifest.step : -1;
}

/** Out of time, and further than before: into the queue again, whether a controller looks or not. Where Slurm refuses, the controller submits the run anew. */
async function goOnLater(index: number): Promise<void> {
  try {
    await requeue({ job: process.env.SLURM_ARRAY_JOB_ID ?? "", index });
    printLine("out of time: in the queue again");
  } catch (thrown) {
    printLine(`out of time: ${(thrown as Error).message}`);
  }
}

async function carryOut(request: TrialRequest, jobs: JobsFolder, { threads, device }: { readonly threads: number | null; readonly device: string | null }, signal: AbortSignal): Promise<void> {
  const executor = new LocalExecutor({ runtimePath: runtimePath(), storage: storageFolder(), slots: 1, threads, device, rules: {} });
  const started = executor.start(request, (event) => {
    if (event.kind === "started") printLine(`${event.goesOn ? "goes on" : "begins"} at step ${event.manifest.step}`);
  });
  signal.addEventListener("abort", () => started.stop());
  if (signal.aborted) started.stop();
  const outcome = await started.outcome;
  printLine(outcome.kind === "ended" ? `${outcome.manifest.state} at step ${outcome.manifest.step}` : outcome.kind);
  if (outcome.kind === "refused") fs.writeFileSync(jobs.refusalFile(request.id), JSON.stringify(outcome.error));
  if (outcome.kind === "lost") {
    printLine(outcome.error.message);
    process.exitCode = exitCodes.findings;
  }
}

/** Another task has taken the run over: this one's process goes at once, without a word in the folder. */
function giveUp(request: TrialRequest): void {
  void readManifest(request.runFolder)
    .then(({ pid, host }) => pid !== null && host === os.hostname() && process.kill(pid, "SIGKILL"))
    .catch(() => {})
    .finally(() => process.exit(exitCodes.interrupted));
}

/** A run whose node was lost says that it lives: nobody works on it now but this task. */
async function recordDeath({ runFolder }: TrialRequest): Promise<void> {
  const manifest = await readManifest(runFolder).catch(() => null);
  if (manifest === null || !saysLive(manifest) || manifest.host === os.hostname()) return;
  writeManifest(runFolder, { ...manifest, state: "failed", pid: null, socket: null, error: { code: "process-died", message: `Its node ${manifest.host} was lost.` } });
}
