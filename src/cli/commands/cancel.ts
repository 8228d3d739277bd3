import fs from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { JobsFolder } from "../../cluster/slurm/jobsFolder.js";
import { jobsFolderOf } from "../../cluster/slurm/places.js";
import { cancel, listTasks } from "../../cluster/slurm/scheduler.js";
import { groupFiles, isGroupLive, readGroup, writeGroup } from "../../runs/groupFile.js";
import { attachSearch } from "../../trials/client/searchHandle.js";
import { isSearchLive, readSearchManifest, searchFiles, writeSearchManifest } from "../../trials/search/searchFolder.js";
import { printLine } from "../output.js";

export function addCancel(program: Command): void {
  program
    .command("cancel")
    .description("end the runs of a search, a repeat or an ensemble: what waits in a cluster's queue is taken out, what runs writes a checkpoint")
    .argument("<folder>", "the folder of the search or of the runs")
    .action((name: string) => (fs.existsSync(path.join(name, searchFiles.manifest)) ? cancelSearch(path.resolve(name)) : cancelGroup(path.resolve(name))));
}

/** Asks the group's controller; where none is there, takes its jobs out of the queue itself. Either way it can go on later. */
async function cancelGroup(folder: string): Promise<void> {
  const manifest = await readGroup(folder);
  if (isGroupLive(manifest)) {
    fs.writeFileSync(path.join(folder, groupFiles.stop), "");
    return printLine(`${manifest.id} was asked to stop.`);
  }
  const cancelled = await cancelJobs(folder);
  const members = manifest.members.map((member) => (member.state === "waiting" || member.state === "running" ? Object.assign({}, member, { state: "stopped" }) : member));
  writeGroup(folder, { ...manifest, state: manifest.state === "running" ? "stopped" : manifest.state, pid: null, members });
  printLine(cancelledText(manifest.id, cancelled));
}

async function cancelSearch(folder: string): Promise<void> {
  const manifest = await readSearchManifest(folder);
  if (await isSearchLive(manifest)) {
    const handle = await attachSearch(folder, "cli");
    handle.send({ message: "stop" });
    handle.dispose();
    return printLine(`${manifest.id} was asked to stop.`);
  }
  const cancelled = await cancelJobs(folder);
  if (manifest.state === "running" || manifest.state === "stopping") writeSearchManifest(folder, { ...manifest, state: "stopped", pid: null, socket: null });
  printLine(cancelledText(manifest.id, cancelled));
}

/** Takes a folder's jobs out of the queue, so that they are submitted again when it goes on; how many. */
async function cancelJobs(folder: string): Promise<number> {
  const jobs = new JobsFolder(jobsFolderOf(folder));
  const ids = new Map(jobs.submissions().map(({ job, ids: own }) => [job, own]));
  const tasks = ids.size === 0 ? [] : (await listTasks()).filter(({ job, state }) => ids.has(job) && ["PENDING", "RUNNING", "REQUEUED", "CONFIGURING", "SUSPENDED"].includes(state));
  await cancel(tasks);
  for (const { job, index } of tasks) fs.writeFileSync(jobs.closedFile(ids.get(job)![index]), "");
  return tasks.length;
}

function cancelledText(id: string, jobs: number): string {
  return jobs === 0 ? `Nothing of ${id} waits or runs.` : `${jobs} job${jobs === 1 ? "" : "s"} of ${id} cancelled.`;
}
