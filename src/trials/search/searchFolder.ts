/** A search's folder on disk. */
import fs from "node:fs";
import path from "node:path";
import { DescentError } from "../../common/errors.js";
import { searchManifestSchema, type SearchManifest } from "../../protocol/search.js";
import { writeFileAtomic } from "../../runs/atomicFile.js";
import { answers } from "../../runs/liveness.js";
import os from "node:os";

/** Names within a search's folder. */
export const searchFiles = {
  manifest: "search.json",
  journal: "journal.log",
  findings: "findings.jsonl",
  /** A folder for each trial, with the form of every run's. */
  trials: "trials",
  /** The data that the trials of this machine share, while the search goes on. */
  data: "data",
} as const;

/** `0007`: the name of a trial's folder. */
export function trialId(trial: number): string {
  return String(trial).padStart(4, "0");
}

/** The run's folder of a trial; absolute where the search's is. */
export function trialFolder(search: string, trial: number): string {
  return path.join(search, searchFiles.trials, trialId(trial));
}

/** The manifest of a search's folder. Throws `search-missing` or `search-unreadable`. */
export async function readSearchManifest(folder: string): Promise<SearchManifest> {
  const file = path.join(folder, searchFiles.manifest);
  let text: string;
  try {
    text = await fs.promises.readFile(file, "utf8");
  } catch (thrown) {
    throw new DescentError("search-missing", `${folder} is no search: it has no readable ${searchFiles.manifest}.`, { file: folder }, { cause: thrown });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (thrown) {
    throw new DescentError("search-unreadable", `${file} is no JSON: ${(thrown as Error).message}`, { file }, { cause: thrown });
  }
  const checked = searchManifestSchema.safeParse(json);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw new DescentError("search-unreadable", `${file} is no search of this Descent: ${issue.path.join(".")} ${issue.message}`, { file });
}

/** Replaces the manifest, with the time of now. Throws what the file system throws. */
export function writeSearchManifest(folder: string, manifest: SearchManifest): void {
  writeFileAtomic(path.join(folder, searchFiles.manifest), JSON.stringify({ ...manifest, updated: new Date().toISOString() }, null, 2) + "\n");
}

/** Milliseconds between two signs of life of a search, and after how long without one it counts as gone where its process cannot be seen. */
export const searchHeartbeat = 5000;
const longestSilence = 30_000;

/** Whether a process works on the search; one of another machine counts as live where it gave a sign of life lately. */
export async function isSearchLive(manifest: SearchManifest, now = Date.now()): Promise<boolean> {
  if (manifest.state !== "running" && manifest.state !== "stopping") return false;
  if (manifest.host !== os.hostname()) return now - Date.parse(manifest.updated) < longestSilence;
  return manifest.socket !== null && (await answers(manifest.socket));
}
