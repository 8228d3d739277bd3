/** A search while it goes on: which trial is next, which one cannot win, and what is written down before anything is done. */
import { DescentError, fromSerializedError, toDescentError, type SerializedError } from "../../common/errors.js";
import { fromJsonNumber, toJsonNumber } from "../../common/numbers.js";
import type { SearchPlan } from "../../config/search/readSearch.js";
import { overridesOf } from "../../config/search/space.js";
import { suggestName } from "../../config/suggest.js";
import type { Manifest } from "../../protocol/manifest.js";
import type { JobSource } from "../../protocol/runtime.js";
import type { JournalEntry, QueuedTrial, SearchManifest, StopReason, TrialProgress, TrialSettings } from "../../protocol/search.js";
import type { Executor, Trial, TrialEvent, TrialOutcome } from "../executor.js";
import { Backoff } from "./backoff.js";
import { drawTrials } from "./drawTrials.js";
import type { JournalWriter } from "./journal.js";
import { recoverTrial } from "./recoverTrial.js";
import { trialFolder, trialId } from "./searchFolder.js";
import { curveOf, isRoomTrouble, isSchedulerTrouble, searchStopped, type SearchLog, type TrialRecord } from "./searchLog.js";
import { isBelowMedian, isOutsideRung, rungsOf } from "./stopRules.js";

/** Times in a row, without an evaluation between, that a trial may lose its process before it counts as failed. */
const mostInterruptions = 3;
/** Trials refused at the beginning, with none begun, after which the file is at fault and not their settings. */
const mostRefusals = 5;

export interface SearchHooks {
  readonly onProgress: (trials: readonly TrialProgress[], queued: readonly QueuedTrial[]) => void;
  readonly onLog: (level: "debug" | "info" | "warning" | "error", text: string) => void;
}

export interface SearchOptions {
  readonly folder: string;
  readonly manifest: SearchManifest;
  readonly plan: SearchPlan;
  /** Training file with the values that are the same in every trial. */
  readonly source: JobSource;
  /** The file's own seeds: of the run, and of its split. */
  readonly baseSeed: number;
  readonly splitSeed: number;
  readonly log: SearchLog;
  readonly journal: JournalWriter;
  readonly executor: Executor;
  readonly hooks: SearchHooks;
}

/** How a search was left. */
export type SearchEnd = { readonly state: "finished" | "stopped" } | { readonly state: "failed"; readonly error: DescentError };

interface ActiveTrial {
  readonly record: TrialRecord;
  readonly trial: Trial;
  totalSteps: number | null;
  progress: TrialProgress | null;
  /** Where it waits in a scheduler's queue. */
  queued: QueuedTrial | null;
}

export class Search {
  private readonly active = new Map<number, ActiveTrial>();
  private readonly draws: Iterator<TrialSettings>;
  private exhausted = false;
  private stopping = false;
  private failure: DescentError | null = null;
  /** Nothing is begun while it lasts: the disk was full, or the folder could not be written to. */
  private readonly backoff = new Backoff();
  /** Code of what keeps trials from writing, once it was told. */
  private noRoom: string | null = null;
  private told: string | null = null;
  /** Code of what keeps the scheduler from taking trials, once it was told. */
  private notTakenFor: string | null = null;
  private settle: (end: SearchEnd) => void = () => {};
  private readonly ended: Promise<SearchEnd>;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: SearchOptions) {
    this.draws = drawTrials(options.plan);
    for (const _ of options.log.own) this.draws.next(); // theirs are in the journal
    this.ended = new Promise((resolve) => (this.settle = resolve));
  }

  /** Trials that there are to be. */
  get trials(): number {
    return this.options.manifest.trials;
  }

  /** Goes on until every trial is done, the search is stopped, or it cannot go on. Never rejects. */
  async run(): Promise<SearchEnd> {
    try {
      await this.recover();
      this.fill();
    } catch (thrown) {
      this.fail(toDescentError(thrown));
    }
    const end = await this.ended;
    clearTimeout(this.timer);
    return end;
  }

  /** Ends what is under way with checkpoints; the search can go on later. */
  stop(): void {
    this.stopping = true;
    for (const { trial } of this.active.values()) trial.stop();
    this.endIfDone();
  }

  /** Ends a trial for good. */
  stopTrial(trial: number): void {
    const record = this.options.log.trials[trial - 1];
    if (record === undefined || (record.state !== "running" && record.state !== "waiting")) return;
    this.endEarly(record, "user");
    this.fill();
  }

  /** Lets a trial that was stopped or failed go on, to its end. */
  promote(trial: number): void {
    const record = this.options.log.trials[trial - 1];
    if (record === undefined || record.state === "finished" || this.stopping) return;
    if (this.active.has(trial) && record.state === "stopping") return; // it is on its way out
    if (record.state === "running" || record.state === "waiting") return;
    this.write({ entry: "promoted", at: now(), trial });
    this.fill();
  }

  /** Adds trials. */
  extend(trials: number): void {
    this.options.manifest.trials += trials;
    this.write({ entry: "extended", at: now(), trials });
    this.fill();
  }

  /** Settles what an earlier controller left under way: outcomes that are in the runs' folders, evaluations that the journal lacks. */
  private async recover(): Promise<void> {
    for (const record of this.options.log.trials) {
      if (record.state !== "running" && record.state !== "stopping") continue;
      if (this.options.executor.outlives) {
        this.findAgain(record);
        continue;
      }
      const found = await recoverTrial(trialFolder(this.options.folder, record.trial), this.options.manifest.metric, record.steps.at(-1) ?? 0);
      for (const { step, epoch, value } of found.evaluations) this.write({ entry: "evaluated", at: now(), trial: record.trial, step, epoch, value: toJsonNumber(value) });
      if (found.manifest !== null && (record.stopReason !== null || found.ended)) this.conclude(record, found.manifest);
      else if (record.stopReason !== null) this.write({ entry: "ended", at: now(), trial: record.trial, state: "stopped", seconds: 0, steps: 0, metrics: {}, error: null });
      else record.state = "waiting"; // it goes on from its checkpoint; nothing is to be said of it
    }
  }

  /** A trial that went on without a controller: the executor knows where it is, and what it has told since. */
  private findAgain(record: TrialRecord): void {
    const isUnwanted = record.stopReason !== null;
    record.state = "waiting";
    if (!isUnwanted) return;
    this.begin(record);
    this.active.get(record.trial)?.trial.stop();
  }

  /** Begins as many trials as there are places for. */
  private fill(): void {
    if (this.failure === null) this.writeWhatWaits();
    while (this.mayBegin()) {
      const record = this.next();
      if (record === null) break;
      this.begin(record);
    }
    this.endIfDone();
  }

  private mayBegin(): boolean {
    return !this.stopping && this.failure === null && this.active.size < this.options.executor.slots && !this.backoff.lasts(Date.now()) && this.options.journal.pending === 0;
  }

  /** A trial that waits, else a new one; null where there is none. */
  private next(): TrialRecord | null {
    const { log, plan } = this.options;
    const waiting = log.trials.find(({ state, trial }) => state === "waiting" && !this.active.has(trial));
    if (waiting !== undefined) return waiting;
    if (log.own.length >= this.trials || this.exhausted) return this.confirmation();
    const drawn = this.draws.next();
    if (drawn.done === true) {
      this.exhausted = true;
      this.options.hooks.onLog("info", `the space has no more than ${log.own.length} different trials`);
      return this.confirmation();
    }
    return this.plan({ settings: drawn.value, overrides: overridesOf(plan.space, drawn.value), confirms: null, seed: null });
  }

  /** Once all trials are done: the winner again, from another seed and on the same split. */
  private confirmation(): TrialRecord | null {
    const { log, plan, baseSeed, splitSeed } = this.options;
    if (plan.confirm === 0 || log.own.some(({ state }) => isOpen(state))) return null;
    const winner = log.winner();
    if (winner === null || winner.state !== "finished" || "seed" in winner.overrides) return null;
    const there = log.confirmationsOf(winner.trial).length;
    if (there >= plan.confirm) return null;
    return this.plan({ settings: winner.settings, overrides: { ...winner.overrides, "data.split.seed": winner.overrides["data.split.seed"] ?? splitSeed }, confirms: winner.trial, seed: baseSeed + 1 + there });
  }

  private plan(planned: Pick<Extract<JournalEntry, { entry: "planned" }>, "settings" | "overrides" | "confirms" | "seed">): TrialRecord | null {
    const trial = this.options.log.trials.length + 1;
    const problem = this.write({ entry: "planned", at: now(), trial, ...planned });
    return problem === null ? this.options.log.trials[trial - 1] : null; // it is begun when the journal has it
  }

  private begin(record: TrialRecord): void {
    const { folder, source, executor } = this.options;
    const problem = this.write({ entry: "started", at: now(), trial: record.trial, attempt: record.attempts + 1 });
    if (problem !== null) {
      record.state = "waiting"; // until the journal says so
      return;
    }
    const trial = executor.start(
      { id: trialId(record.trial), source: { ...source, overrides: { ...source.overrides, ...record.overrides } }, seed: record.seed, runFolder: trialFolder(folder, record.trial), partOf: folder, holdTest: true },
      (event) => this.hear(record, event),
    );
    this.active.set(record.trial, { record, trial, totalSteps: null, progress: null, queued: null });
    void trial.outcome.then((outcome) => {
      this.active.delete(record.trial);
      this.take(record, outcome);
      this.fill();
    });
  }

  private hear(record: TrialRecord, event: TrialEvent): void {
    const active = this.active.get(record.trial);
    switch (event.kind) {
      case "queued":
        if (active) active.queued = { trial: record.trial, job: event.job, reason: event.reason };
        return this.tellProgress();
      case "started":
        if (active) [active.totalSteps, active.queued] = [event.manifest.totalSteps, null];
        return;
      case "progress":
        if (active) [active.progress, active.queued] = [{ ...event.progress, trial: record.trial }, null];
        return this.tellProgress();
      case "evaluated":
        return this.evaluated(record, event, active?.totalSteps ?? null);
      case "log":
        return this.options.hooks.onLog(event.level === "warning" || event.level === "error" ? event.level : "debug", `trial ${record.trial}: ${event.text}`);
      case "finding":
        // a full disk, a folder that is gone: the run goes on, and makes its folder again with the next checkpoint
        if (isRoomTrouble(event.finding.rule)) this.tellNoRoom(record, event.finding.rule, event.finding.message);
    }
  }

  /** How far the trials under way are, and which of them wait in a queue. */
  tellProgress(): void {
    const under = [...this.active.values()];
    this.options.hooks.onProgress(under.flatMap(({ progress, queued }) => (queued === null ? progress ?? [] : [])), under.flatMap(({ queued }) => queued ?? []));
  }

  private evaluated(record: TrialRecord, { step, epoch, values }: Extract<TrialEvent, { kind: "evaluated" }>, totalSteps: number | null): void {
    const { metric } = this.options.manifest;
    const value = values[metric];
    if (value === undefined) return this.fail(missingMetric(metric, Object.keys(values)));
    this.write({ entry: "evaluated", at: now(), trial: record.trial, step, epoch, value: toJsonNumber(value) });
    if (record.state !== "running" || record.promoted || record.confirms !== null || !this.options.plan.stopEarly) return;
    if (totalSteps !== null && step >= totalSteps) return; // it is done anyway
    const reason = this.cannotWin(record, totalSteps === null ? Infinity : (epoch * totalSteps) / step);
    if (reason !== null) this.endEarly(record, reason);
  }

  /** Why a trial is to be stopped; null: it goes on. `epochs`: its whole length. */
  private cannotWin(record: TrialRecord, epochs: number): StopReason | null {
    const { plan, manifest, log } = this.options;
    const curve = curveOf(record);
    if (plan.strategy === "halving") {
      const others = log.own.filter((other) => other !== record && other.state !== "failed").map(curveOf);
      return isOutsideRung(curve, others, rungsOf(plan.leastEpochs, plan.factor, epochs), plan.factor, manifest.lowerIsBetter) ? "halving" : null;
    }
    const completed = log.own.filter(({ state }) => state === "finished").map(curveOf);
    return isBelowMedian(curve, completed, plan.leastEpochs, manifest.lowerIsBetter) ? "median" : null;
  }

  private endEarly(record: TrialRecord, reason: StopReason): void {
    this.write({ entry: "stop", at: now(), trial: record.trial, reason });
    this.active.get(record.trial)?.trial.stop();
  }

  private take(record: TrialRecord, outcome: TrialOutcome): void {
    switch (outcome.kind) {
      case "ended":
        if (outcome.manifest.state === "stopped" && this.isTakenOut(record)) this.write({ entry: "stop", at: now(), trial: record.trial, reason: "user" });
        if (outcome.manifest.state === "stopped" && record.stopReason === null) return this.interrupted(record, { code: searchStopped, message: "The search was stopped." });
        if (isRoomTrouble(outcome.manifest.error?.code)) return this.interrupted(record, plainError(outcome.manifest.error as SerializedError));
        this.hasRoom();
        return this.conclude(record, outcome.manifest);
      case "refused":
        if (isRoomTrouble(outcome.error.code)) return this.interrupted(record, plainError(outcome.error));
        if (isSchedulerTrouble(outcome.error.code)) return this.notTaken(record, outcome.error);
        return this.refused(record, outcome.error);
      case "cancelled":
        if (this.isTakenOut(record)) this.write({ entry: "stop", at: now(), trial: record.trial, reason: "user" });
        if (record.stopReason === null) return this.interrupted(record, { code: searchStopped, message: "The search was stopped." });
        this.write({ entry: "ended", at: now(), trial: record.trial, state: "stopped", seconds: 0, steps: 0, metrics: {}, error: null });
        return;
      case "lost":
        if (isSchedulerTrouble(outcome.error.code)) return this.notTaken(record, outcome.error);
        if (outcome.retry && record.interruptions + 1 < mostInterruptions) return this.interrupted(record, plainError(outcome.error));
        this.write({ entry: "ended", at: now(), trial: record.trial, state: "failed", seconds: record.seconds, steps: record.steps.at(-1) ?? 0, metrics: {}, error: plainError(outcome.error) });
    }
  }

  /** Whether a trial that this search did not stop was stopped all the same: someone took its job out of the scheduler's queue. */
  private isTakenOut({ stopReason }: TrialRecord): boolean {
    return this.options.executor.outlives && stopReason === null && !this.stopping && this.failure === null;
  }

  /** A run that has ended, by itself or because it was stopped for good. */
  private conclude(record: TrialRecord, manifest: Manifest): void {
    const { metric } = this.options.manifest;
    const last = manifest.metrics[metric];
    // a metric that no evaluation tells: of the training split where nothing is kept for validation
    if (record.values.length === 0 && last !== undefined && manifest.step > 0) this.write({ entry: "evaluated", at: now(), trial: record.trial, step: manifest.step, epoch: manifest.epochs, value: toJsonNumber(fromJsonNumber(last)) });
    const state = manifest.state === "failed" ? "failed" : manifest.state === "stopped" ? "stopped" : "finished";
    this.write({ entry: "ended", at: now(), trial: record.trial, state, seconds: manifest.seconds, steps: manifest.step, metrics: manifest.metrics, error: manifest.error === null ? null : plainError(manifest.error) });
    if (state === "finished" && record.values.length === 0) this.fail(missingMetric(metric, Object.keys(manifest.metrics)));
  }

  /** The scheduler does not take a trial: it waits and is asked for again, as long as others are under way; with none left the search cannot go on, until someone resumes it. */
  private notTaken(record: TrialRecord, error: SerializedError): void {
    this.write({ entry: "interrupted", at: now(), trial: record.trial, error: plainError(error) });
    if (this.active.size === 0) return this.fail(fromSerializedError(error));
    if (this.notTakenFor !== error.code) this.options.hooks.onLog("warning", `trial ${record.trial}: ${error.message} (${error.code}) It waits and is asked for again.`);
    this.notTakenFor = error.code;
    this.hold();
  }

  private refused(record: TrialRecord, error: SerializedError): void {
    this.write({ entry: "ended", at: now(), trial: record.trial, state: "failed", seconds: 0, steps: 0, metrics: {}, error: plainError(error) });
    const { trials } = this.options.log;
    const done = trials.filter(({ state }) => state === "failed");
    if (done.length >= Math.min(mostRefusals, this.trials) && trials.every(({ state, steps }) => state !== "finished" && steps.length === 0) && this.active.size === 0) {
      this.fail(new DescentError(error.code, `Every trial so far was refused, the last one so: ${error.message}`, { ...(error.file ? { file: error.file } : {}), ...(error.path ? { path: error.path } : {}), ...(error.range ? { range: error.range } : {}) }));
    }
  }

  private interrupted(record: TrialRecord, error: { code: string; message: string }): void {
    this.write({ entry: "interrupted", at: now(), trial: record.trial, error });
    if (isRoomTrouble(error.code)) {
      this.tellNoRoom(record, error.code, error.message);
      return this.hold();
    }
    if (error.code !== searchStopped) this.options.hooks.onLog("warning", `trial ${record.trial}: ${error.message} It goes on from its last checkpoint.`);
  }

  /** Once, however often it is tried again. */
  private tellNoRoom({ trial }: TrialRecord, code: string, message: string): void {
    if (this.noRoom !== code) this.options.hooks.onLog("warning", `trial ${trial}: ${message} (${code}) It is tried again, less and less often; nothing that is known is lost.`);
    this.noRoom = code;
  }

  /** Puts an entry into journal and log. What cannot be written waits, and nothing new is begun; gives that trouble. */
  private write(entry: JournalEntry): DescentError | null {
    this.options.log.add(entry);
    const problem = this.options.journal.add(entry);
    this.trouble(problem);
    return problem;
  }

  private writeWhatWaits(): void {
    if (this.options.journal.pending > 0) this.trouble(this.options.journal.flush());
  }

  private trouble(problem: DescentError | null): void {
    if (problem === null) {
      if (this.told !== null) this.options.hooks.onLog("info", "the search's journal can be written again; nothing is missing");
      this.told = null;
      return;
    }
    if (problem.code === "search-folder-missing") return this.fail(problem);
    if (this.told !== problem.code) this.options.hooks.onLog("error", `${problem.message} (${problem.code}) No trial is begun until it can be written; what is known is kept.`);
    this.told = problem.code;
    this.hold();
  }

  private hold(): void {
    const pause = this.backoff.failed(Date.now());
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fill(), pause + 10);
  }

  /** A trial could write what it had to: the next trouble begins with a short pause, and is told. */
  private hasRoom(): void {
    this.backoff.succeeded();
    this.notTakenFor = null;
    if (this.noRoom !== null) this.options.hooks.onLog("info", "there is room again: trials go on");
    this.noRoom = null;
  }

  /** The search cannot go on: what is under way ends with checkpoints. */
  private fail(error: DescentError): void {
    this.failure ??= error;
    for (const { trial } of this.active.values()) trial.stop();
    this.endIfDone();
  }

  private endIfDone(): void {
    if (this.active.size > 0) return;
    const { log, journal } = this.options;
    if (this.failure !== null) return this.settle({ state: "failed", error: this.failure });
    if (this.stopping) {
      const problem = journal.flush();
      return this.settle(problem === null ? { state: "stopped" } : { state: "failed", error: problem });
    }
    const open = log.trials.some(({ state }) => isOpen(state));
    if (!open && journal.pending === 0 && (log.own.length >= this.trials || this.exhausted)) this.settle({ state: "finished" });
  }
}

function isOpen(state: TrialRecord["state"]): boolean {
  return state === "waiting" || state === "running" || state === "stopping";
}

function now(): string {
  return new Date().toISOString();
}

function plainError({ code, message, path, file }: SerializedError): { code: string; message: string; path?: string; file?: string } {
  return { code, message, ...(path === undefined ? {} : { path }), ...(file === undefined ? {} : { file }) };
}

function missingMetric(metric: string, measured: readonly string[]): DescentError {
  const names = measured.filter((name) => name.startsWith("validation/"));
  const nearest = suggestName(metric, names);
  const hint = names.length === 0 ? "No examples are kept for validation: set data.split.validation, or name a file as data.validation." : nearest !== null ? `Did you mean ${nearest}?` : `There are ${names.join(", ")}.`;
  return new DescentError("unknown-metric", `The trials do not measure ${metric}. ${hint}`, { path: "search.metric" });
}
