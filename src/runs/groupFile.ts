/** The folder of several runs that belong together: `group.json`, the training file as it was, a run's folder a member. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DescentError } from "../common/errors.js";
import { groupManifestSchema, type GroupManifest, type Member } from "../protocol/group.js";
import { writeFileAtomic } from "./atomicFile.js";

/** Names within a group's folder. */
export const groupFiles = {
  manifest: "group.json",
  members: "members",
  /** The data that the runs of this machine share, while they go on. */
  data: "data",
  /** Asks the controller to stop, wherever it runs: it is removed when that is done. */
  stop: "stop.request",
  /** Touched by an editor's window while it follows the group: a controller that an editor started ends when none does. */
  followed: "followed",
} as const;

/** Milliseconds between two signs of life of a controller, and after how long without one it counts as gone where its process cannot be seen. */
export const groupHeartbeat = 2000;
const longestSilence = 30_000;

/** Whether a folder is a group's. */
export function isGroupFolder(folder: string): boolean {
  return fs.existsSync(path.join(folder, groupFiles.manifest));
}

/** The run's folder of a member. */
export function memberFolder(folder: string, { id }: Pick<Member, "id">): string {
  return path.join(folder, groupFiles.members, id);
}

/** The manifest of a group. Throws `group-missing` or `group-unreadable`. */
export async function readGroup(folder: string): Promise<GroupManifest> {
  const file = path.join(folder, groupFiles.manifest);
  let text: string;
  try {
    text = await fs.promises.readFile(file, "utf8");
  } catch (thrown) {
    throw new DescentError("group-missing", `${folder} holds no group of runs: it has no readable ${groupFiles.manifest}.`, { file: folder }, { cause: thrown });
  }
  try {
    return groupManifestSchema.parse(JSON.parse(text));
  } catch (thrown) {
    throw new DescentError("group-unreadable", `${file} is no manifest of a group: ${(thrown as Error).message.slice(0, 200)}`, { file }, { cause: thrown });
  }
}

/** A group's training file as it was stored. Throws `group-missing`, `group-unreadable`. */
export async function groupText(folder: string): Promise<string> {
  const file = path.join(folder, (await readGroup(folder)).storedFile);
  try {
    return await fs.promises.readFile(file, "utf8");
  } catch (thrown) {
    throw new DescentError("group-unreadable", `The training file of the runs, ${file}, cannot be read.`, { file }, { cause: thrown });
  }
}

/** Replaces the manifest, with the time of now. Throws what the file system throws. */
export function writeGroup(folder: string, manifest: GroupManifest): void {
  writeFileAtomic(path.join(folder, groupFiles.manifest), JSON.stringify({ ...manifest, updated: new Date().toISOString() }, null, 2) + "\n");
}

/** Whether a controller works on the group: its process is there, or, on another machine, it gave a sign of life lately. */
export function isGroupLive({ state, pid, host, updated }: GroupManifest, now = Date.now()): boolean {
  if (state !== "running" || pid === null) return false;
  if (host !== os.hostname()) return now - Date.parse(updated) < longestSilence;
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === "EPERM";
  }
}
