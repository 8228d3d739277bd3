/** A search from its training file, or from where an earlier process left it, to its end: folder, journal, socket, executor, findings. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DescentError, toDescentError } from "../../common/errors.js";
import { parseTrainingFile, type ParsedFile } from "../../config/parseTrainingFile.js";
import type { SearchPlan } from "../../config/search/readSearch.js";
import { isLowerBetter } from "../../engine/training/best.js";
import type { Finding } from "../../protocol/finding.js";
import type { JobSource } from "../../protocol/runtime.js";
import type { JournalEntry, SearchManifest, SearchMessage } from "../../protocol/search.js";
import { searchFindings } from "../../rules/search/searchFindings.js";
import { appendFindings, readFindings } from "../../runs/findingsFile.js";
import { createRunFolder, runName } from "../../runs/runFolder.js";
import type { Executor } from "../executor.js";
import { gridSize } from "./drawTrials.js";
import { JournalWriter, readJournal } from "./journal.js";
import { Search, type SearchEnd } from "./search.js";
import { isSearchLive, readSearchManifest, searchFiles, searchHeartbeat, writeSearchManifest } from "./searchFolder.js";
import { SearchLog, type TrialRecord } from "./searchLog.js";
import { SearchServer, type SearchRequest } from "./searchServer.js";

/** What a search is to be begun from. */
export interface NewSearch {
  readonly source: JobSource;
  readonly runsFolder: string;
  readonly executor: SearchManifest["executor"];
}

export interface RunSearchOptions {
  /** A new search, or the folder of one to go on with, the trials to add, and one that was stopped or failed and is to go on. */
  readonly from: NewSearch | { readonly folder: string; readonly more: number; readonly promote?: number | null };
  /** Makes the executor once it is known where and how much is to be done at the same time; `folder`: the search's. */
  readonly executor: (search: { readonly parsed: ParsedFile; readonly plan: SearchPlan; readonly folder: string; readonly on: SearchManifest["executor"] }) => Executor;
  /** Rejects with what keeps any trial from being executed there; before anything is written. */
  readonly prepare?: (on: SearchManifest["executor"]) => Promise<void>;
  /** Every message that clients get too. */
  readonly onMessage: (message: SearchMessage) => void;
  /** Clients came or went; `hosts` are attached now. */
  readonly onClients?: (hosts: number) => void;
  /** Once the search exists and can be asked things. */
  readonly onOpen: (search: RunningSearch) => void;
}

/** A search under way, to those who started it. */
export interface RunningSearch {
  readonly folder: string;
  readonly manifest: SearchManifest;
  readonly log: SearchLog;
  stop(): void;
}

export interface FinishedSearch extends Pick<RunningSearch, "folder" | "manifest" | "log"> {
  readonly end: SearchEnd;
  readonly findings: readonly Finding[];
}

/**
 * Runs a search to its end. Throws, before anything is written, the coded, located error of a file that has none, of a folder that is no
 * search (`search-missing`, `search-unreadable`), or one that goes on already (`search-is-live`).
 */
export async function runSearch(options: RunSearchOptions): Promise<FinishedSearch> {
  const opened = await open(options);
  const { folder, source, parsed, plan } = opened;
  const manifest = opened.manifest;
  const log = new SearchLog(manifest.lowerIsBetter);
  for (const entry of await readJournal(path.join(folder, searchFiles.journal))) log.add(entry);
  manifest.trials = plan.trials + log.extended;
  const executor = options.executor({ parsed, plan, folder, on: manifest.executor });
  manifest.slots = Math.min(executor.slots, 1_000_000);
  const tell = (message: SearchMessage): void => {
    options.onMessage(message);
    server.broadcast(message);
  };
  const server: SearchServer = new SearchServer(folder, {
    onAttach: () => {
      search.tellProgress(); // what waits in a queue is told when it changes, and to those who come
      return { event: "search", manifest };
    },
    onRequest: (request) => answer(search, request, setState),
    onClientsChanged: () => options.onClients?.(server.hosts),
  });
  const journal = new JournalWriter(path.join(folder, searchFiles.journal), (entry: JournalEntry) => tell({ event: "entry", entry }));
  const search: Search = new Search({
    folder, manifest, plan, source: keepingBest(source, parsed, manifest.metric), log, journal, executor,
    baseSeed: parsed.config!.seed, splitSeed: parsed.config!.data.split.seed,
    hooks: { onProgress: throttled((trials, queued) => tell({ event: "progress", trials: [...trials], queued: [...queued] })), onLog: (level, text) => tell({ event: "log", level, text }) },
  });
  const setState = (state: SearchManifest["state"], error: DescentError | null = null): void => {
    Object.assign(manifest, { state, error: error === null ? null : { code: error.code, message: error.message, ...(error.location.path ? { path: error.location.path } : {}), ...(error.location.file ? { file: error.location.file } : {}) } });
    writeIfPossible(folder, Object.assign(manifest, { standing: log.standing }));
    tell({ event: "search", manifest });
  };
  await server.listen();
  Object.assign(manifest, { socket: server.address, pid: process.pid, host: os.hostname() });
  if ("folder" in options.from && options.from.more > 0) search.extend(options.from.more);
  if ("folder" in options.from && options.from.promote) search.promote(options.from.promote);
  setState("running");
  options.onOpen({ folder, manifest, log, stop: () => answer(search, { message: "stop" }, setState) });
  const heart = setInterval(() => writeIfPossible(folder, Object.assign(manifest, { standing: log.standing })), searchHeartbeat);
  const end = located(await search.run(), source, parsed);
  clearInterval(heart);
  await executor.close();
  const findings = end.state === "finished" ? await concludingFindings(parsed, manifest, log, folder) : [];
  for (const finding of findings) tell({ event: "finding", finding });
  Object.assign(manifest, { socket: null, pid: null });
  setState(end.state, end.state === "failed" ? end.error : null);
  journal.close();
  await server.close();
  return { folder, manifest, log, end, findings };
}

/** A full disk, a deleted folder: the journal tells which, and the end is the journal's to tell. */
function writeIfPossible(folder: string, manifest: SearchManifest): void {
  try {
    writeSearchManifest(folder, manifest);
  } catch {
    // the next time
  }
}

interface Opened {
  readonly folder: string;
  readonly manifest: SearchManifest;
  readonly source: JobSource;
  readonly parsed: ParsedFile;
  readonly plan: SearchPlan;
}

async function open({ from, prepare }: RunSearchOptions): Promise<Opened> {
  const isNew = !("folder" in from);
  const planned = isNew ? planOf(from.source) : null;
  const found = isNew ? null : await reopen(from.folder);
  const { source, parsed } = found ?? { source: (from as NewSearch).source, parsed: planned!.parsed };
  await prepare?.(found?.manifest.executor ?? (from as NewSearch).executor).catch((thrown: unknown) => {
    throw locatedError(toDescentError(thrown), source, parsed);
  });
  return found ?? begin(from as NewSearch, planned!);
}

/** What a search failed for, at its line where it is about the training file. */
function located(end: SearchEnd, source: JobSource, parsed: ParsedFile): SearchEnd {
  return end.state === "failed" ? { state: "failed", error: locatedError(end.error, source, parsed) } : end;
}

function locatedError(error: DescentError, source: JobSource, parsed: ParsedFile): DescentError {
  const { file, path: at, range } = error.location;
  return at === undefined || range !== undefined || (file !== undefined && file !== source.file) ? error : error.at({ file: source.file, range: parsed.locate(at) });
}

/** The plan of a training file. Throws its first problem, or `no-search`. */
function planOf(source: JobSource): { readonly parsed: ParsedFile; readonly plan: SearchPlan } {
  const parsed = parseTrainingFile(source.text, { file: source.file, overrides: source.overrides });
  const problem = parsed.problems.at(0);
  if (problem) throw new DescentError(problem.code, problem.message, { file: source.file, path: problem.path, range: problem.range });
  if (parsed.search === null) {
    throw new DescentError("no-search", `${path.basename(source.file)} has no search: section. Add one, such as search: { space: { optimizer.adam.lr: { log_uniform: [1e-5, 1e-1] } } }.`, { file: source.file });
  }
  return { parsed, plan: parsed.search };
}

function begin({ source, runsFolder, executor }: NewSearch, { parsed, plan }: Pick<Opened, "parsed" | "plan">): Opened {
  const now = new Date();
  const folder = createRunFolder(runsFolder, `${runName(source.file)}-search`, now);
  const storedFile = path.basename(source.file);
  try {
    fs.writeFileSync(path.join(folder, storedFile), source.text);
    fs.mkdirSync(path.join(folder, searchFiles.trials));
  } catch (thrown) {
    throw new DescentError("runs-folder-unwritable", `The search's folder ${folder} cannot be written to: ${(thrown as Error).message}`, { file: folder }, { cause: thrown });
  }
  const manifest: SearchManifest = {
    version: 1, id: path.basename(folder), name: runName(source.file), file: source.file, storedFile, overrides: { ...source.overrides },
    created: now.toISOString(), updated: now.toISOString(), state: "running", pid: null, host: os.hostname(), socket: null,
    executor, strategy: plan.strategy, trials: plan.trials, metric: plan.metric, lowerIsBetter: isLowerBetter(plan.metric),
    dimensions: plan.space.map(({ path: at, range, when }) => ({ path: at, range, when })),
    slots: 1, error: null,
  };
  return { folder, manifest, source, parsed, plan: withGrid(plan) };
}

async function reopen(folder: string): Promise<Opened> {
  const manifest = await readSearchManifest(folder);
  if (await isSearchLive(manifest)) throw new DescentError("search-is-live", `The search ${manifest.id} is still going on.`, { file: folder });
  const text = await fs.promises.readFile(path.join(folder, manifest.storedFile), "utf8").catch((thrown: Error) => {
    throw new DescentError("search-unreadable", `The search's training file ${manifest.storedFile} cannot be read: ${thrown.message}`, { file: folder }, { cause: thrown });
  });
  const source: JobSource = { file: manifest.file, text, overrides: manifest.overrides };
  const { parsed, plan } = planOf(source);
  return { folder, manifest, source, parsed, plan: withGrid(plan) };
}

/** More combinations are no search any more. */
const mostOfGrid = 100_000;
/** Milliseconds between two messages on progress. */
const progressInterval = 200;

/** A function that passes its last arguments on, at most a few times a second. */
function throttled<T extends unknown[]>(pass: (...values: T) => void): (...values: T) => void {
  let [latest, timer]: [T | null, NodeJS.Timeout | null] = [null, null];
  return (...values) => {
    latest = values;
    timer ??= setTimeout(() => {
      timer = null;
      pass(...(latest as T));
    }, progressInterval).unref();
  };
}

/** What the finished search says about itself, in its folder too. */
async function concludingFindings(parsed: ParsedFile, manifest: SearchManifest, log: SearchLog, folder: string): Promise<Finding[]> {
  const winner = log.winner();
  if (winner === null) return [];
  const figures = (trials: readonly TrialRecord[]) => trials.filter(({ best }) => best !== null).map(({ trial, settings, best }) => ({ trial, settings, value: best!.value }));
  const findings = searchFindings(parsed, {
    metric: manifest.metric, lowerIsBetter: manifest.lowerIsBetter, trials: figures(log.ranked()),
    confirmations: figures(log.confirmationsOf(winner.trial)).map(({ value }) => value).filter(Number.isFinite),
  });
  const known = new Set((await readFindings(folder)).map(({ rule, path: at, message }) => `${rule} ${at} ${message}`));
  try {
    appendFindings(folder, findings.filter(({ rule, path: at, message }) => !known.has(`${rule} ${at} ${message}`)));
  } catch {
    // they are told all the same
  }
  return findings;
}

/** The best weights of a trial are those of the evaluation that it is ranked by, unless the file says which. */
function keepingBest(source: JobSource, { source: { yaml } }: ParsedFile, metric: string): JobSource {
  return yaml.hasIn(["training", "checkpoint", "best"]) ? source : { ...source, overrides: { ...source.overrides, "training.checkpoint.best": metric } };
}

/** A grid has as many trials as it has combinations. */
function withGrid(plan: SearchPlan): SearchPlan {
  return plan.strategy === "grid" ? { ...plan, trials: gridSize(plan.space, mostOfGrid) } : plan;
}

function answer(search: Search, request: SearchRequest, setState: (state: SearchManifest["state"]) => void): void {
  switch (request.message) {
    case "stop":
      setState("stopping");
      return search.stop();
    case "stop-trial":
      return search.stopTrial(request.trial);
    case "promote":
      return search.promote(request.trial);
    case "extend":
      return search.extend(request.trials);
  }
}
