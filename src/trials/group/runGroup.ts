/** Carries out the runs of a group: a repeat from several seeds, the folds of a cross-validation, the members of an ensemble. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DescentError, type SerializedError } from "../../common/errors.js";
import type { Overrides } from "../../config/edit/overrides.js";
import { parseTrainingFile, type ParsedFile } from "../../config/parseTrainingFile.js";
import type { GroupManifest, GroupState, Member } from "../../protocol/group.js";
import { groupFiles, groupHeartbeat, groupText, isGroupLive, memberFolder, readGroup, writeGroup } from "../../runs/groupFile.js";
import { runFiles } from "../../runs/runFolder.js";
import type { Executor, Trial, TrialEvent, TrialOutcome, TrialRequest } from "../executor.js";
import { endedRuns, summarizeGroup } from "./summarizeGroup.js";

/** How often a run is started again whose process or node died; it goes on from its checkpoint each time. */
const mostRetries = 3;
/** Milliseconds between two looks for a request to stop. */
const lookInterval = 500;

export interface GroupHooks {
  readonly onEvent: (member: Member, event: TrialEvent) => void;
  readonly onOutcome: (member: Member, outcome: TrialOutcome) => void;
  readonly onChange: (manifest: GroupManifest) => void;
}

export interface GroupOptions {
  readonly executor: Executor;
  readonly hooks: Partial<GroupHooks>;
  /** Ends the group soon, each run with a checkpoint. */
  readonly signal: AbortSignal;
  /** Begins with one run alone until it trains: what is measured before a model's first run is measured once, on a quiet machine. */
  readonly oneFirst: boolean;
}

/**
 * Carries out, or goes on with, the runs of a group's folder; runs that are done are not done again. Gives the manifest at the end, with the
 * summary. Throws `group-is-live` where another process works on it, and the error of a file or data that no run can begin with.
 */
export async function runGroup(folder: string, options: GroupOptions): Promise<GroupManifest> {
  const manifest = await readGroup(folder);
  if (isGroupLive(manifest)) throw new DescentError("group-is-live", `The runs of ${manifest.id} are still going on.`, { file: folder });
  return new GroupRun(folder, manifest, await groupText(folder), options).run();
}

class GroupRun {
  private readonly parsed: ParsedFile;
  private readonly trials = new Map<string, Trial>();
  /** Settle when a member has ended for good, with whether it ended well. */
  private readonly ends = new Map<string, Promise<boolean>>();
  private readonly stopping = new AbortController();
  /** Why no run can begin. */
  private refusal: SerializedError | null = null;
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly folder: string,
    private manifest: GroupManifest,
    private readonly text: string,
    private readonly options: GroupOptions,
  ) {
    this.parsed = parseTrainingFile(text, { file: manifest.file, overrides: manifest.overrides });
  }

  async run(): Promise<GroupManifest> {
    fs.rmSync(this.stopFile, { force: true });
    this.change({ state: "running", pid: process.pid, host: os.hostname() });
    this.options.signal.addEventListener("abort", () => this.stop());
    if (this.options.signal.aborted) this.stop();
    this.timers.push(setInterval(() => this.save(), groupHeartbeat), setInterval(() => fs.existsSync(this.stopFile) && this.stop(), lookInterval));
    try {
      const [first, ...rest] = this.manifest.members;
      const trains = new Promise<void>((resolve) => this.begin(first, resolve));
      if (this.options.oneFirst) await trains;
      for (const member of rest) this.begin(member);
      await Promise.all(this.ends.values());
    } finally {
      for (const timer of this.timers) clearInterval(timer);
    }
    await this.summarize();
    this.change({ state: this.endState(), pid: null });
    fs.rmSync(this.stopFile, { force: true });
    const { refusal } = this;
    if (refusal !== null) throw this.located(refusal);
    return this.manifest;
  }

  /** A refusal with a path into the training file stands at its line. */
  private located({ code, message, file, path: at, range }: SerializedError): DescentError {
    // the fold of a run is what the group tells it; the file asks for folds elsewhere
    if (at?.startsWith("data.split.fold")) return new DescentError(code, message, { file: this.manifest.file, path: this.foldsPath, range: this.parsed.locate(this.foldsPath) });
    const own = file === undefined && at !== undefined;
    return new DescentError(code, message, { file: own ? this.manifest.file : file, path: at, range: range ?? (own ? this.parsed.locate(at) : undefined) });
  }

  /** Where the file asks for the folds that its runs are told. */
  private get foldsPath(): string {
    return this.parsed.group?.repeat?.kind === "folds" ? "repeat.folds" : "ensemble.vary.folds";
  }

  private get stopFile(): string {
    return path.join(this.folder, groupFiles.stop);
  }

  private begin(member: Member, onTraining: () => void = () => {}): void {
    this.ends.set(member.id, this.carryOut(member.id, onTraining).finally(onTraining));
  }

  /** One member from its turn to its end; whether it ended well. */
  private async carryOut(id: string, onTraining: () => void): Promise<boolean> {
    const { after } = this.memberOf(id);
    if (after !== null && !(await this.ends.get(after))) {
      if (!this.stopping.signal.aborted) this.changeMember(id, { state: "failed", error: { code: "member-before-failed", message: `It goes on from ${this.memberOf(after).label}, which did not end well.` } });
      return false;
    }
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.attempt(id, onTraining);
      const again = outcome.kind === "lost" && outcome.retry && attempt < mostRetries && !this.stopping.signal.aborted;
      if (again) continue;
      await this.settle(id, outcome);
      return this.memberOf(id).state.startsWith("finished");
    }
  }

  private async attempt(id: string, onTraining: () => void): Promise<TrialOutcome> {
    if (this.stopping.signal.aborted) return { kind: "cancelled" };
    const trial = this.options.executor.start(this.requestOf(this.memberOf(id)), (event) => {
      if (event.kind === "queued") this.changeMember(id, { state: "waiting", queued: `job ${event.job}${event.reason === "" ? "" : ` (${event.reason})`}`, error: null });
      if (event.kind === "started") this.changeMember(id, { state: "running", queued: undefined, error: null });
      if (event.kind === "started") onTraining();
      this.options.hooks.onEvent?.(this.memberOf(id), event);
    });
    this.trials.set(id, trial);
    return trial.outcome;
  }

  private requestOf(member: Member): TrialRequest {
    const { file, overrides } = this.manifest;
    const before: Overrides = member.after === null ? {} : { init_from: path.join(memberFolder(this.folder, { id: member.after }), runFiles.lastModel) };
    return {
      id: member.id,
      source: { file, text: this.text, overrides: { ...overrides, ...member.overrides, ...before } },
      seed: null,
      runFolder: memberFolder(this.folder, member),
      partOf: this.folder,
    };
  }

  private async settle(id: string, outcome: TrialOutcome): Promise<void> {
    this.trials.delete(id);
    this.changeMember(id, { queued: undefined });
    if (outcome.kind === "ended") {
      const { state, error } = outcome.manifest;
      const settled = state === "finished" || state === "finished early" || state === "stopped" ? state : "failed";
      this.changeMember(id, { state: settled, error: error && { code: error.code, message: error.message } });
    } else if (outcome.kind === "cancelled") this.changeMember(id, { state: "stopped", error: null });
    else {
      const { code, message, path: at, file } = outcome.error;
      this.changeMember(id, { state: "failed", error: { code, message, ...(at === undefined ? {} : { path: at }), ...(file === undefined ? {} : { file }) } });
      // what one run cannot begin with, none can, unless it is what this one alone sets
      if (outcome.kind === "refused" && this.manifest.members.every(({ state }) => !state.startsWith("finished") && state !== "running")) {
        this.refusal = outcome.error;
        this.stop();
      }
    }
    this.options.hooks.onOutcome?.(this.memberOf(id), outcome);
    await this.summarize();
  }

  private stop(): void {
    if (this.stopping.signal.aborted) return;
    this.stopping.abort();
    for (const trial of this.trials.values()) trial.stop();
  }

  private async summarize(): Promise<void> {
    const runs = await endedRuns(this.folder, this.manifest);
    this.change({ summary: runs.length === 0 ? null : summarizeGroup(runs, this.manifest, this.parsed) });
  }

  private endState(): GroupState {
    const states = this.manifest.members.map(({ state }) => state);
    if (this.refusal !== null || states.every((state) => state === "failed")) return "failed";
    return states.some((state) => state === "stopped" || state === "waiting" || state === "running") ? "stopped" : "finished";
  }

  private memberOf(id: string): Member {
    return this.manifest.members.find((member) => member.id === id)!;
  }

  private changeMember(id: string, what: Partial<Member>): void {
    this.change({ members: this.manifest.members.map((member) => (member.id === id ? Object.assign({}, member, what) : member)) });
  }

  private change(what: Partial<GroupManifest>): void {
    this.manifest = { ...this.manifest, ...what };
    this.save();
    this.options.hooks.onChange?.(this.manifest);
  }

  /** A disk that is full for a moment, or a folder that was deleted, ends no run: what they come to is in their own folders. */
  private save(): void {
    try {
      writeGroup(this.folder, this.manifest);
    } catch {
      // the next change tries again
    }
  }
}
