/** Searches, repeats and ensembles as lists show them: one item each, with its runs within. */
import fs from "node:fs";
import path from "node:path";
import { formatValue } from "../common/format.js";
import { fromJsonNumber } from "../common/numbers.js";
import type { GroupKind, GroupManifest } from "../protocol/group.js";
import type { SearchManifest } from "../protocol/search.js";
import { groupFiles, isGroupLive, memberFolder, readGroup } from "../runs/groupFile.js";
import { readManifest } from "../runs/manifestFile.js";
import { readJournal } from "./search/journal.js";
import { isSearchLive, readSearchManifest, searchFiles, trialFolder } from "./search/searchFolder.js";
import { SearchLog } from "./search/searchLog.js";

/** Several runs that belong together. */
export interface Whole {
  /** Absolute. */
  readonly folder: string;
  readonly kind: GroupKind | "search";
  readonly id: string;
  readonly name: string;
  /** The training file, absolute. */
  readonly file: string;
  readonly created: string;
  /** `not followed`: of a cluster's jobs, which go on while no controller looks. */
  readonly state: "running" | "stopping" | "finished" | "stopped" | "failed" | "not followed";
  readonly executor: "local" | "slurm";
  /** Runs there are to be, those that are over, and those of them that failed. */
  readonly runs: number;
  readonly done: number;
  readonly failed: number;
  /** What came of it so far: `validation/accuracy 0.97 ± 0.01`, `best validation/loss 0.21, trial 7`; empty before there is anything. */
  readonly result: string;
}

/** One run of a whole. */
export interface Part {
  /** The run's folder, absolute; it may not be there yet. */
  readonly folder: string;
  /** `seed 3`, `trial 12`. */
  readonly label: string;
  readonly state: "waiting" | "running" | "stopping" | "finished" | "finished early" | "stopped" | "failed";
  /** Its figure, or why it failed. */
  readonly figure: string;
}

/** Files by which a folder is known as a whole's. */
export const wholeFiles = [groupFiles.manifest, searchFiles.manifest] as const;

/** The whole that a folder holds; null where it holds none. Throws `group-unreadable` or `search-unreadable`. */
export async function readWhole(folder: string): Promise<Whole | null> {
  if (fs.existsSync(path.join(folder, groupFiles.manifest))) return wholeOfGroup(folder, await readGroup(folder));
  if (fs.existsSync(path.join(folder, searchFiles.manifest))) return wholeOfSearch(folder, await readSearchManifest(folder));
  return null;
}

/** The wholes of a runs folder, newest first; those that cannot be read are left out, and a folder that does not exist has none. */
export async function listWholes(runsFolder: string): Promise<Whole[]> {
  const entries = await fs.promises.readdir(runsFolder, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(runsFolder, entry.name));
  const read = await Promise.all(folders.map((folder) => readWhole(folder).catch(() => null)));
  return read.filter((whole) => whole !== null).sort((a, b) => (a.created < b.created ? 1 : -1));
}

/** The runs of a whole, in their order. Throws as `readWhole` does. */
export async function partsOf({ folder, kind }: Pick<Whole, "folder" | "kind">): Promise<Part[]> {
  return kind === "search" ? trialsOf(folder) : membersOf(folder);
}

function wholeOfGroup(folder: string, manifest: GroupManifest): Whole {
  const { kind, id, name, file, created, executor, members, summary } = manifest;
  return {
    folder, kind, id, name, file, created, executor, runs: members.length,
    state: standing(manifest.state, isGroupLive(manifest), executor),
    done: members.filter(({ state }) => state.startsWith("finished") || state === "failed").length,
    failed: members.filter(({ state }) => state === "failed").length,
    result: summary === null ? "" : resultOf(summary),
  };
}

/** A process that is gone without a word is no longer running; a cluster's jobs are. */
function standing<State extends string>(state: State, isLive: boolean, executor: Whole["executor"]): State | "stopped" | "not followed" {
  if (isLive || (state !== "running" && state !== "stopping")) return state;
  return executor === "slurm" ? "not followed" : "stopped";
}

/** The first figure that people look for, with its deviation. */
function resultOf({ metrics }: NonNullable<GroupManifest["summary"]>): string {
  const names = Object.keys(metrics);
  const shown = ["validation/accuracy", "validation/rmse", "validation/loss"].find((name) => names.includes(name)) ?? names.at(0);
  if (shown === undefined) return "";
  const { n, mean, deviation } = metrics[shown];
  return `${shown} ${short(fromJsonNumber(mean))}${n > 1 ? ` ± ${short(fromJsonNumber(deviation))}` : ""}`;
}

async function wholeOfSearch(folder: string, manifest: SearchManifest): Promise<Whole> {
  const { id, name, file, created, executor, trials, metric } = manifest;
  const { done, failed, best } = manifest.standing ?? (await logOf(folder, manifest.lowerIsBetter)).standing;
  return {
    folder, kind: "search", id, name, file, created, executor, runs: trials, done, failed,
    state: standing(manifest.state, await isSearchLive(manifest), executor),
    result: best === null ? "" : `best ${metric} ${short(fromJsonNumber(best.value))}, trial ${best.trial}`,
  };
}

function short(value: number): string {
  return formatValue(value, 4);
}

async function logOf(folder: string, lowerIsBetter: boolean): Promise<SearchLog> {
  const log = new SearchLog(lowerIsBetter);
  for (const entry of await readJournal(path.join(folder, searchFiles.journal))) log.add(entry);
  return log;
}

async function trialsOf(folder: string): Promise<Part[]> {
  const { lowerIsBetter } = await readSearchManifest(folder);
  return (await logOf(folder, lowerIsBetter)).trials.map(({ trial, confirms, seed, state, best, error }) => ({
    folder: trialFolder(folder, trial), label: confirms === null ? `trial ${trial}` : `trial ${confirms}, seed ${seed}`, state,
    figure: state === "failed" ? (error?.code ?? "") : best === null ? "" : short(best.value),
  }));
}

async function membersOf(folder: string): Promise<Part[]> {
  const { members } = await readGroup(folder);
  return Promise.all(members.map(async (member): Promise<Part> => {
    const run = memberFolder(folder, member);
    const best = (await readManifest(run).catch(() => null))?.best ?? null;
    return { folder: run, label: member.label, state: member.state, figure: member.error?.code ?? (best === null ? "" : `best ${best.metric} ${short(fromJsonNumber(best.value))}`) };
  }));
}
