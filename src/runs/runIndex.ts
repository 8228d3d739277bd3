import fs from "node:fs";
import path from "node:path";
import { toDescentError, type SerializedError } from "../common/errors.js";
import type { Manifest } from "../protocol/manifest.js";
import { readManifestRepaired } from "./liveness.js";
import { runFiles } from "./runFolder.js";

/** A run in a list; one whose manifest cannot be read is listed as broken, with the reason. */
export type ListedRun =
  | { readonly kind: "run"; readonly folder: string; readonly manifest: Manifest }
  | { readonly kind: "broken"; readonly folder: string; readonly error: SerializedError };

/** Folders read at the same time. */
const concurrency = 16;

/**
 * The runs of a folder, newest first (names begin with the time); a folder that does not exist has none. Folders without
 * a `run.json` are no runs. Runs whose process is gone are recorded as failed on the way.
 */
export async function listRuns(runsFolder: string): Promise<ListedRun[]> {
  let entries: fs.Dirent[];
  try {
    entries = await fs.promises.readdir(runsFolder, { withFileTypes: true });
  } catch {
    return [];
  }
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(runsFolder, entry.name)).sort().reverse();
  const listed: (ListedRun | null)[] = [];
  for (let at = 0; at < folders.length; at += concurrency) {
    listed.push(...(await Promise.all(folders.slice(at, at + concurrency).map(listRun))));
  }
  return listed.filter((run) => run !== null);
}

/** The run that a folder holds; null where it holds none. */
export async function listRun(folder: string): Promise<ListedRun | null> {
  if (!fs.existsSync(path.join(folder, runFiles.manifest))) return null;
  try {
    return { kind: "run", folder, manifest: (await readManifestRepaired(folder)).manifest };
  } catch (thrown) {
    return { kind: "broken", folder, error: toDescentError(thrown).toJSON() };
  }
}
