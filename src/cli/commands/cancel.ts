import fs from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { JobsFolder } from "../../cluster/slurm/jobsFolder.js";
import { cancel, listTasks } from "../../cluster/slurm/scheduler.js";
import { groupFiles, isGroupLive, readGroup, writeGroup } from "../../runs/groupFile.js";
import { printLine } from "../output.js";

export function addCancel(program: Command): void {
  program
    .command("cancel")
    .description("end the runs of a repeat or an ensemble: what waits in a cluster's queue is taken out, what runs writes a checkpoint")
    .argument("<group>", "the group's folder")
    .action(cancelGroup);
}

/** Asks the group's controller; where none is there, takes its jobs out of the queue itself. */
async function cancelGroup(name: string): Promise<void> {
  const folder = path.resolve(name);
  const manifest = await readGroup(folder);
  if (isGroupLive(manifest)) {
    fs.writeFileSync(path.join(folder, groupFiles.stop), "");
    return printLine(`${manifest.id} was asked to stop.`);
  }
  const submitted = new Set(new JobsFolder(path.join(folder, "jobs")).submissions().map(({ job }) => job));
  const tasks = submitted.size === 0 ? [] : (await listTasks()).filter(({ job, state }) => submitted.has(job) && ["PENDING", "RUNNING", "REQUEUED", "CONFIGURING", "SUSPENDED"].includes(state));
  await cancel(tasks);
  const members = manifest.members.map((member) => (member.state === "waiting" || member.state === "running" ? Object.assign({}, member, { state: "stopped" }) : member));
  writeGroup(folder, { ...manifest, state: manifest.state === "running" ? "stopped" : manifest.state, pid: null, members });
  printLine(tasks.length === 0 ? `Nothing of ${manifest.id} waits or runs.` : `${tasks.length} job${tasks.length === 1 ? "" : "s"} of ${manifest.id} cancelled.`);
}
