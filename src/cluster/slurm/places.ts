import path from "node:path";
import type { ParsedFile } from "../../config/parseTrainingFile.js";
import { SlurmExecutor } from "./slurmExecutor.js";

/** Where a group's or a search's folder keeps what its jobs need. */
export function jobsFolderOf(folder: string): string {
  return path.join(folder, "jobs");
}

export interface SlurmPlaces {
  readonly parsed: Pick<ParsedFile, "group" | "config">;
  /** The group's or search's. */
  readonly folder: string;
  readonly name: string;
  /** Seconds between two looks at the queue; default: 5. */
  readonly lookEvery?: number;
  /** Runs asked for at the same time; null: all. */
  readonly slots: number | null;
  readonly device: string | null;
  /** The command line's bundle, absolute: every node must see it. */
  readonly cliPath: string;
}

/** Trials of a search that wait or run on a cluster at the same time, unless something says how many: not all, so that those that cannot win are stopped before all have begun. */
export const searchSlots = 100;

/** Jobs of Slurm, as the file's `cluster` section asks for them: a run uses the cores that its job was given, unless the file says how many threads. */
export function slurmExecutor({ parsed: { group, config }, folder, name, lookEvery = 5, slots, device, cliPath }: SlurmPlaces): SlurmExecutor {
  const { cluster } = group!;
  const jobsFolder = jobsFolderOf(folder);
  const threads = typeof config?.threads === "number" ? null : cluster.cores;
  return new SlurmExecutor({ name, jobsFolder, cluster, command: [nodeCommand(), cliPath, "trial", jobsFolder], threads, device, interval: 1000 * lookEvery, slots });
}

/** Node.js as jobs begin it: the one that runs this; the desktop editor's own is no plain Node.js, and the path's is taken. */
function nodeCommand(): string {
  return process.versions.electron === undefined ? process.execPath : "node";
}
