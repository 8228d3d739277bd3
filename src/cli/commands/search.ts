import path from "node:path";
import { Option, type Command } from "commander";
import { DescentError } from "../../common/errors.js";
import { toJsonNumber, type JsonNumber } from "../../common/numbers.js";
import type { Overrides } from "../../config/edit/overrides.js";
import { parseTrainingFile } from "../../config/parseTrainingFile.js";
import type { JournalEntry, SearchMessage } from "../../protocol/search.js";
import { searchSlots, slurmExecutor } from "../../cluster/slurm/places.js";
import { requireSlurm } from "../../cluster/slurm/scheduler.js";
import { localExecutorFor } from "../../trials/local/places.js";
import { runSearch, type FinishedSearch, type NewSearch, type RunningSearch } from "../../trials/search/runSearch.js";
import { searchFiles, trialFolder } from "../../trials/search/searchFolder.js";
import type { TrialRecord } from "../../trials/search/searchLog.js";
import { runName } from "../../runs/runFolder.js";
import { pathsFolderOf } from "../../runs/storedCopy.js";
import { testWinner } from "../../trials/search/testWinner.js";
import { exitCodes } from "../exitCodes.js";
import { collectOverride, integerFrom, readTrainingFile } from "../input.js";
import { runtimePath, storageFolder } from "../locations.js";
import { findingText, printError, printJson, printLine, printNote, relative } from "../output.js";
import { ProgressLine, duration, shortNumber } from "../progressLine.js";
import { refuseBrokenFile } from "../refuseBrokenFile.js";
import { searchTable, settingText, stateText } from "../searchTable.js";

interface SearchOptions {
  readonly set: Overrides;
  readonly device?: string;
  readonly seed?: number;
  readonly runs?: string;
  readonly parallel?: number;
  readonly resume?: string;
  readonly more?: number;
  readonly test?: boolean;
  readonly on?: "local" | "slurm";
  readonly lookEvery?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export function addSearch(program: Command): void {
  program
    .command("search")
    .description("train a file many times, with other values of the settings that its search: section names")
    .argument("[file]", "the training file; not with --resume")
    .option("--set <path=value>", "set a value of the file, by its path (may be repeated)", collectOverride, {})
    .option("--device <device>", "auto, cpu, cuda, cuda:1 or webgpu")
    .option("--seed <n>", "seed of the runs and of the settings that are drawn", integerFrom(0))
    .option("--runs <dir>", "folder of the runs; default: runs/ beside the training file")
    .option("--parallel <n>", "trials at the same time", integerFrom(1))
    .option("--resume <dir>", "go on with a search, from where it was left")
    .option("--more <n>", "with --resume: trials to add", integerFrom(1))
    .option("--test", "at the end, measure the winner on the test split, once")
    .addOption(new Option("--on <where>", "trials on this machine, or as jobs of the cluster's scheduler (cluster: in the file)").choices(["local", "slurm"]))
    .option("--look-every <seconds>", "with --on slurm: time between two looks at the queue; default: 5", integerFrom(1))
    .option("--json", "print one JSON object a line")
    .option("--quiet", "print the result, findings and errors only")
    .action(search);
}

async function search(name: string | undefined, options: SearchOptions): Promise<void> {
  const begun = performance.now();
  const printer = options.json ? jsonPrinter() : textPrinter(options.quiet === true);
  const interruption = new Interruption();
  const finished = await runSearch({
    from: options.resume === undefined ? await newSearch(name, options) : resumedSearch(name, options),
    executor: ({ parsed, plan, folder, on }) => on === "slurm" ? slurmExecutor({ parsed, folder, name: runName(parsed.file), lookEvery: options.lookEvery, slots: options.parallel ?? (typeof plan.parallel === "number" ? plan.parallel : searchSlots), device: options.device ?? null, cliPath: process.argv[1] }) : localExecutorFor(parsed.config!, options.parallel ?? plan.parallel, { runtimePath: runtimePath(), storage: storageFolder(), device: options.device ?? null, rules: {}, dataFolder: path.join(folder, searchFiles.data) }),
    prepare: async (on) => (on === "slurm" ? requireSlurm() : undefined),
    onMessage: (message) => printer.message(message),
    onOpen: (running) => {
      interruption.attach(running);
      printer.open(running);
    },
  });
  if (options.test && finished.end.state === "finished") await testWinner(finished, { runtimePath: runtimePath(), storage: storageFolder() });
  printer.end(finished, (performance.now() - begun) / 1000);
  if (finished.end.state === "failed") printError(finished.end.error);
  process.exitCode = finished.end.state === "finished" ? exitCodes.done : finished.end.state === "failed" ? exitCodes.findings : exitCodes.interrupted;
}

async function newSearch(name: string | undefined, options: SearchOptions): Promise<NewSearch> {
  if (name === undefined) throw new DescentError("wrong-usage", "Name a training file, or a search to go on with: descent search FILE, descent search --resume DIR.");
  if (options.more !== undefined) throw new DescentError("wrong-usage", "--more adds trials to a search: it goes with --resume.");
  const { file, text } = await readTrainingFile(name);
  const overrides: Overrides = { ...options.set, ...(options.device === undefined ? {} : { device: options.device }), ...(options.seed === undefined ? {} : { seed: options.seed }) };
  refuseBrokenFile(parseTrainingFile(text, { file, overrides }));
  return { source: { file, text, overrides: { ...overrides } }, runsFolder: path.resolve(options.runs ?? path.join(pathsFolderOf(file), "runs")), executor: options.on ?? "local" };
}

function resumedSearch(name: string | undefined, { resume, more = 0, set, seed, on }: SearchOptions): { readonly folder: string; readonly more: number } {
  if (name !== undefined || Object.keys(set).length > 0 || seed !== undefined) throw new DescentError("wrong-usage", "--resume goes on with a search as it was begun: it takes no file, --set or --seed.");
  if (on !== undefined) throw new DescentError("wrong-usage", "--resume goes on with a search where it was begun: it takes no --on.");
  return { folder: path.resolve(resume as string), more };
}

interface Printer {
  open(running: RunningSearch): void;
  message(message: SearchMessage): void;
  end(finished: FinishedSearch, seconds: number): void;
}

/** Objects of the command line's page, one a line. */
function jsonPrinter(): Printer {
  let running: RunningSearch | null = null;
  /** Trials that a scheduler has not begun yet, as far as was printed. */
  const queued = new Set<number>();
  const print = (trial: number, isQueued: boolean): void => {
    const record = running?.log.trials[trial - 1];
    if (running === null || record === undefined) return;
    queued[isQueued ? "add" : "delete"](trial);
    printJson({ ...trialObject(record, running.folder), ...(isQueued ? { state: "queued" } : {}) });
  };
  return {
    open: (opened) => {
      running = opened;
      const { manifest, folder } = opened;
      printJson({ event: "search", search: folder, strategy: manifest.strategy, trials: manifest.trials, metric: manifest.metric, parallel: manifest.slots });
    },
    message: (message) => {
      if (message.event === "entry" && running !== null) {
        const { entry } = message;
        if (entry.entry === "evaluated") {
          if (queued.has(entry.trial)) print(entry.trial, false); // it runs
          printJson({ event: "evaluated", trial: entry.trial, step: entry.step, epoch: entry.epoch, value: entry.value });
        } else if (entry.entry === "started" || entry.entry === "ended" || entry.entry === "interrupted") print(entry.trial, entry.entry === "started" && running.manifest.executor === "slurm");
      }
      if (message.event === "progress") {
        for (const { trial } of message.trials) if (queued.has(trial)) print(trial, false);
        for (const { trial } of message.queued) if (!queued.has(trial)) print(trial, true); // again, after a requeue
      }
      if (message.event === "finding") printJson({ event: "finding", ...message.finding });
      if (message.event === "log" && (message.level === "warning" || message.level === "error")) printNote(message.text);
    },
    end: ({ end, folder, log }, seconds) => {
      const winner = log.winner();
      const best = winner && { trial: winner.trial, value: toJsonNumber(winner.best!.value), step: winner.best!.step, settings: winner.settings, run: trialFolder(folder, winner.trial) };
      printJson({ event: "end", status: end.state === "finished" ? "completed" : end.state, search: folder, trials: log.own.length, seconds, best, test: log.tested === null ? null : { trial: log.tested.trial, metrics: log.tested.metrics } });
    },
  };
}

function trialObject(record: TrialRecord, folder: string): Record<string, unknown> {
  const { trial, settings, state, best, steps, epochs, seconds, stopReason, confirms, error } = record;
  return {
    event: "trial", trial, state, settings, value: best === null ? null : (toJsonNumber(best.value) satisfies JsonNumber), steps: steps.at(-1) ?? 0, epochs: epochs.at(-1) ?? 0, seconds,
    stopped_by: stopReason, confirms, error, run: trialFolder(folder, trial),
  };
}

/** A line for each trial that has ended, a progress line below them, a table at the end. */
function textPrinter(quiet: boolean): Printer {
  const progress = new ProgressLine(!quiet && process.stderr.isTTY === true);
  let running: RunningSearch | null = null;
  const say = (text: string): void => {
    progress.clear();
    printLine(text);
  };
  return {
    open: (opened) => {
      running = opened;
      const { manifest, folder } = opened;
      if (!quiet) say(`${relative(folder)}: ${manifest.strategy} search, ${manifest.trials} trials, ${manifest.slots} at a time, ranked by ${manifest.metric}`);
    },
    message: (message) => {
      if (message.event === "entry" && running !== null && !quiet) {
        const text = entryText(message.entry, running);
        if (text !== null) say(text);
      }
      if (message.event === "progress" && running !== null) {
        const { manifest, log } = running;
        const done = log.own.filter(({ state }) => state === "finished" || state === "stopped" || state === "failed").length;
        const winner = log.winner();
        progress.show([`${done}/${manifest.trials} trials`, ...(winner === null ? [] : [`best ${shortNumber(winner.best!.value)} (trial ${winner.trial})`]), ...(message.queued.length === 0 ? [] : [`${message.queued.length} in the queue`]), ...message.trials.map(({ trial, step, totalSteps }) => `#${trial} ${Math.floor((100 * step) / Math.max(1, totalSteps))} %`)].join("  "));
      }
      if (message.event === "finding") say(findingText(message.finding));
      if (message.event === "log" && (message.level === "warning" || message.level === "error")) {
        progress.clear();
        printNote(message.text);
      }
    },
    end: ({ end, folder, manifest, log }, seconds) => {
      for (const line of searchTable(manifest, log)) say(line);
      const winner = log.winner();
      if (winner !== null) say(`best: trial ${winner.trial}, ${manifest.metric} ${shortNumber(winner.best!.value)} at step ${winner.best!.step}: ${Object.entries(winner.settings).map(([at, value]) => `${at} ${settingText(value)}`).join(", ")}${seedsText(log.confirmationsOf(winner.trial), winner)}`);
      if (log.tested !== null) say(`trial ${log.tested.trial} on the test split: ${Object.entries(log.tested.metrics).map(([at, value]) => `${at} ${shortNumber(Number(value))}`).join("  ")}`);
      const words = { finished: "finished", stopped: "stopped", failed: "failed" }[end.state];
      say(`${words} after ${duration(seconds)}; ${end.state === "finished" ? "" : `go on with: descent search --resume ${relative(folder)}; `}${relative(folder)}`);
    },
  };
}

function seedsText(confirmations: readonly TrialRecord[], winner: TrialRecord): string {
  const values = [winner, ...confirmations].flatMap(({ best }) => (best === null || !Number.isFinite(best.value) ? [] : [best.value]));
  if (values.length < 3) return "";
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
  return `; over ${values.length} seeds ${shortNumber(mean)} ± ${shortNumber(Number(deviation.toPrecision(2)))}`;
}

function entryText(entry: JournalEntry, { log, manifest }: RunningSearch): string | null {
  if (entry.entry !== "ended") return null;
  const record = log.trials[entry.trial - 1];
  const value = record.best === null ? "" : `  ${manifest.metric} ${shortNumber(record.best.value)}`;
  const settings = record.confirms === null ? Object.entries(record.settings).map(([at, drawn]) => `${at} ${settingText(drawn)}`).join("  ") : `confirms trial ${record.confirms}, seed ${record.seed}`;
  return `trial ${entry.trial}/${Math.max(manifest.trials, log.trials.length)}  ${stateText(record)}${value}  ${settings}${record.state === "failed" && record.error !== null ? `\n  ${record.error.message}` : ""}`;
}

/** Ctrl-C: the first time every trial ends with a checkpoint; the second time this process ends at once, and they with it. A cluster's jobs go on. */
class Interruption {
  private count = 0;
  private running: RunningSearch | null = null;

  constructor() {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => this.interrupt());
  }

  attach(running: RunningSearch): void {
    this.running = running;
    if (this.count > 0) running.stop();
  }

  private interrupt(): void {
    this.count += 1;
    if (this.count > 1 || this.running === null) process.exit(exitCodes.interrupted);
    if (this.running.manifest.executor === "slurm") {
      const folder = relative(this.running.folder);
      printNote(`\nthe jobs go on; descent search --resume ${folder} follows them again, descent cancel ${folder} ends them`);
      process.exit(exitCodes.interrupted);
    }
    printNote("\nstopping the trials, with checkpoints (Ctrl-C again: at once)");
    this.running.stop();
  }
}
